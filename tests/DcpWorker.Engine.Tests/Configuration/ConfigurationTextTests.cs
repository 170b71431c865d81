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
