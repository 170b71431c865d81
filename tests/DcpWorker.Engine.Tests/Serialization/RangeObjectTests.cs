using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

public sealed class RangeObjectTests
{
    public static TheoryData<int, string> Recorded => Vectors.Cases(Vectors.Protocol("ranges"), "name");

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_recorded_range_has_the_recorded_values(int index, string name)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("ranges"))[index];
        RangeObject range = RangeObject.Parse(JsonReader.Parse(vector["json"].AsString()));
        Assert.Equal(vector["length"].AsInt32(), (int)range.Count);
        Assert.True(DeepEquality.AreEqual(vector["values"], All(range)), name);
        Assert.Equal(vector["json"].AsString(), JsonWriter.Write(range.ToJs()));
    }

    [Theory]
    [InlineData("{\"start\":10,\"end\":1}", "[10,9,8,7,6,5,4,3,2,1]")]
    [InlineData("{\"start\":5,\"end\":5,\"step\":0}", "[5]")]
    [InlineData("{\"start\":5,\"end\":5,\"step\":1}", "[5]")]
    [InlineData("{\"start\":1,\"end\":3,\"step\":1,\"group\":1}", "[[1],[2],[3]]")]
    [InlineData("{\"start\":1,\"end\":4,\"step\":1,\"group\":2}", "[[1,2],[3,4]]")]
    [InlineData("{\"ranges\":[[\"a\",\"b\"],{\"start\":1,\"end\":2},true]}", "[[\"a\",1,true],[\"a\",2,true],[\"b\",1,true],[\"b\",2,true]]")]
    [InlineData("{\"length\":3,\"dist\":\"identity\",\"params\":[]}", "[0,1,2]")]
    [InlineData("{\"length\":2,\"dist\":\"random\",\"params\":[0,1],\"values\":[0.5,0.25]}", "[0.5,0.25]")]
    [InlineData("\"[object RangeObject 1,7,3,undefined]\"", "[1,4,7]")]
    [InlineData("\"[object RangeObject 1,7,3,2]\"", "[[1,4],[7]]")]
    [InlineData("\"identity(2)\"", "[0,1]")]
    [InlineData("[1,\"x\"]", "[1,\"x\"]")]
    public void Every_form_is_read(string form, string values) =>
        Assert.Equal(values, JsonWriter.Write(All(RangeObject.Parse(JsonReader.Parse(form)))));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{\"start\":1,\"end\":5,\"step\":-1}")]
    [InlineData("{\"start\":1,\"end\":5,\"step\":0}")]
    [InlineData("{\"start\":1,\"end\":5,\"group\":0}")]
    [InlineData("{\"start\":1,\"end\":5,\"group\":1.5}")]
    [InlineData("{\"start\":0,\"end\":1e300,\"step\":1}")]
    [InlineData("{\"start\":0,\"end\":1e12,\"step\":1,\"group\":2000000000}")]
    [InlineData("{\"ranges\":[]}")]
    [InlineData("{\"ranges\":[{\"start\":0,\"end\":1e9},{\"start\":0,\"end\":1e9}]}")]
    [InlineData("{\"sparse\":true,\"ranges\":[7]}")]
    [InlineData("{\"length\":3,\"dist\":\"constructor\",\"params\":[]}")]
    [InlineData("{\"length\":-3,\"dist\":\"identity\",\"params\":[]}")]
    public void What_is_not_a_range_is_refused(string form) =>
        Assert.Throws<SerializationException>(() => RangeObject.Parse(JsonReader.Parse(form)));

    [Fact]
    public void A_range_of_a_million_billion_elements_is_only_a_rule()
    {
        RangeObject range = RangeObject.Create(0, 1e15);
        Assert.Equal(1_000_000_000_000_001, range.Count);
        Assert.Equal(1e15, range[1_000_000_000_000_000].AsNumber());
        Assert.Throws<ArgumentOutOfRangeException>(() => range[range.Count]);
        Assert.Throws<ArgumentOutOfRangeException>(() => range[-1]);
    }

    [Fact]
    public void Random_distributions_stay_within_their_bounds()
    {
        RangeObject range = RangeObject.Parse(JsonReader.Parse("\"[object DistributionRange randomInt(500,3,6)]\""));
        Assert.All(All(range).Items, i => Assert.InRange(i!.AsInt32()!.Value, 3, 5));
    }

    [Fact]
    public void Densities_are_those_of_the_original()
    {
        // computed with dcp-client 5.6.1
        Assert.Equal(0.18393972058572114, RangeObject.Parse(JsonReader.Parse("\"poisson(4,1)\""))[2].AsNumber()!.Value, 12);
        Assert.Equal(0.375, RangeObject.Parse(JsonReader.Parse("\"binomial(4,0.5)\""))[2].AsNumber()!.Value, 12);
        Assert.Equal(0.6065306597126334, RangeObject.Parse(JsonReader.Parse("\"normal(4,0,1)\""))[1].AsNumber()!.Value, 12);
    }

    private static JsArray All(RangeObject range)
    {
        JsArray values = [];
        for (long i = 0; i < range.Count; i++)
        {
            values.Add(range[i]);
        }

        return values;
    }
}
