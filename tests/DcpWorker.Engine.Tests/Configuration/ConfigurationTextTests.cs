using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Configuration;

public sealed class ConfigurationTextTests
{
    [Fact]
    public void Output_is_that_of_get_config_value_of_2020()
    {
        JsValue url = ConfigurationText.ToData(new JsUrl("tcp://localhost:9009/"), "listen", urlsAsText: false);

        Assert.Equal(
            """
            {
              "hostname": "localhost",
              "port": "9009",
              "protocol": "tcp:",
              "pathname": "/",
              "href": "tcp://localhost:9009/",
              "slashes": true,
              "host": "localhost:9009",
              "path": "/"
            }
            """,
            ConfigurationText.ToJson(url, indented: true));
        Assert.Equal("undefined", ConfigurationText.ToJson(JsValue.Undefined, indented: true));
        Assert.Equal("\"9009\"", ConfigurationText.ToJson("9009", indented: true));
        Assert.Equal("[\n  1,\n  {}\n]", ConfigurationText.ToJson(new JsArray(1, new JsObject()), indented: true));
    }

    [Theory]
    [InlineData("worker.computeGroups.mine.joinSecret")]
    [InlineData("a.passphrase")]
    [InlineData("privateKey")]
    public void Secrets_are_masked(string path) =>
        Assert.DoesNotContain("hunter2", ConfigurationText.ToJson(ConfigurationText.ToData("hunter2", path, true), true), StringComparison.Ordinal);

    public static TheoryData<JsValue> Hunters() => [new JsNumber(4711), JsArray.OfStrings(["4711"]), new JsUrl("eh1:4711"), new JsObject { ["a"] = "4711" }, true];

    [Theory]
    [MemberData(nameof(Hunters))]
    public void A_secret_is_masked_whatever_it_is_and_so_is_what_is_in_it(JsValue secret)
    {
        Assert.Equal("********", ConfigurationText.ToData(secret, "g.joinSecret", urlsAsText: false).AsString());
        Assert.Equal("********", ConfigurationText.ToData(secret, "g.joinSecret.0.inner", urlsAsText: true).AsString());
    }

    [Theory]
    [InlineData("https://joe:hunter2@s.example:8443/a?b=c@d#e:f@g", "https://joe:********@s.example:8443/a?b=c@d#e:f@g")]
    [InlineData("https://joe:hunter@2@s.example", "https://joe:********@s.example")]
    [InlineData("https://p.example:8443/x?mail=a@b.c", "https://p.example:8443/x?mail=a@b.c")]
    [InlineData("https://p.example:8443?mail=a@b.c", "https://p.example:8443?mail=a@b.c")]
    [InlineData("https://p.example:8443#a@b.c", "https://p.example:8443#a@b.c")]
    [InlineData("mailto:a@b.c", "mailto:a@b.c")]
    [InlineData("http://", "http://")]
    public void The_password_of_a_url_is_masked_and_nothing_else(string href, string shown)
    {
        Assert.Equal(shown, ConfigurationText.ToData(new JsUrl(href), "l", urlsAsText: true).AsString());
        Assert.DoesNotContain("hunter", ConfigurationText.Brief(new JsUrl(href)), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_inside_a_structure_or_a_url_are_masked()
    {
        JsObject tree = new()
        {
            ["groups"] = new JsArray(new JsObject { ["joinKey"] = "k", ["joinSecret"] = "hunter2" }),
            ["proxy"] = new JsUrl("http://me:hunter2@127.0.0.1/"),
        };
        string text = ConfigurationText.ToJson(ConfigurationText.ToData(tree, "", false), true);

        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Contains("\"joinKey\": \"k\"", text, StringComparison.Ordinal);
    }
}
