using DcpScheduler.Domain;
using DcpScheduler.Web;

namespace DcpScheduler.Tests.Web;

public sealed class ComputeGroupsFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("farm_1")]
    [InlineData("team.süd")]
    public void Group_without_an_id_has_its_join_key_for_one_when_that_can_be_an_id(string key)
    {
        ComputeGroup group = Assert.Single(Read($$"""[{"joinKey": "{{key}}", "joinSecret": "s"}]"""));
        Assert.Equal((key, key, key), (group.OpaqueId, group.Name, group.JoinKey));
    }

    [Theory]
    [InlineData("render farm")]
    [InlineData("render-farm")]
    [InlineData("Rechnerraum Süd")]
    public void Group_whose_join_key_cannot_be_an_id_has_one_made_of_it_that_stays_the_same(string key)
    {
        string text = $$"""[{"joinKey": "{{key}}", "joinSecret": "s"}]""";
        ComputeGroup group = Assert.Single(Read(text));
        Assert.Matches("^[A-Za-z0-9]{22}$", group.OpaqueId);
        Assert.Equal((key, key), (group.Name, group.JoinKey));
        Assert.Equal(group, Assert.Single(Read(text)));
        Assert.NotEqual(group.OpaqueId, Read(text.Replace(key, key + "!", StringComparison.Ordinal))[0].OpaqueId);
    }

    [Theory]
    [InlineData("""[{"joinKey": "a", "joinSecret": "s", "opaqueId": "with-dash"}]""", "with-dash")]
    [InlineData("""[{"joinKey": "a", "joinSecret": "s", "opaqueId": "with space"}]""", "with space")]
    [InlineData("""[{"joinKey": "a", "joinSecret": "s", "opaqueId": ""}]""", "opaqueId")]
    [InlineData("""[{"joinKey": "a", "joinSecret": "s", "opaqueId": "x"}, {"joinKey": "b", "joinSecret": "s", "opaqueId": "x"}]""", "'x'")]
    [InlineData("""[{"joinKey": "a", "joinSecret": "s", "opaqueId": "WHhetL7mj1w1mw1XV6dxyC"}]""", "WHhetL7mj1w1mw1XV6dxyC")]
    public void Id_that_clients_would_take_for_another_is_refused(string text, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Group_may_have_two_secrets_while_one_takes_the_place_of_the_other() =>
        Assert.Equal(["a", "a"], Read("""[{"joinKey": "a", "joinSecret": "old"}, {"joinKey": "a", "joinSecret": "new"}]""").Select(g => g.OpaqueId));

    private IReadOnlyList<ComputeGroup> Read(string text)
    {
        File.WriteAllText(_file, text);
        return ComputeGroupsFile.Read(_file);
    }
}
