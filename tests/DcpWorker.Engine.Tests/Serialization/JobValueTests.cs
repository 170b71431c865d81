using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

public sealed class JobValueTests
{
    public static TheoryData<int, string> Forms => Vectors.Cases(Vectors.Protocol("serializeJobValue"), "js");

    public static TheoryData<int, string> Results => Vectors.Cases(Vectors.Protocol("resultV2"), "js");

    [Theory]
    [MemberData(nameof(Forms))]
    public void Chooses_the_form_that_the_peers_choose(int index, string label)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("serializeJobValue"))[index];
        JsObject form = JobValue.Serialize(Value(vector["js"].AsString()!));
        if (vector["out"]["url"].IsTruthy)
        {
            Assert.Equal(vector["out"]["url"].AsString(), Assert.IsType<JsUrl>(form).Href);
        }
        else if (vector["out"]["throws"].IsTruthy)
        {
            // the peers fail on null; JSON is what all of them read
            Assert.Equal("null", form["string"].AsString());
            Assert.Equal("application/json", form["MIMEType"].AsString());
            Assert.Same(JsValue.Null, JobValue.Deserialize(form));
            Assert.Equal("data:application/json,null", JobValue.ToUri(form));
        }
        else
        {
            Assert.True(DeepEquality.AreEqual(vector["out"], form), label);
        }
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void A_result_travels_as_recorded_and_becomes_the_recorded_uri(int index, string label)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("resultV2"))[index];
        JsValue value = Value(vector["js"].AsString()!);
        JsObject form = JobValue.Serialize(value);
        Assert.Equal(vector["resultV2"].AsString(), KvinWriter.Serialize(form));
        Assert.Equal(vector["scheduler_uri"].AsString(), JobValue.ToUri(form));
        Assert.True(DeepEquality.AreEqual(value, DataUri.Decode(vector["scheduler_uri"].AsString()!)), label);
        Assert.True(DeepEquality.AreEqual(value, JobValue.Deserialize(KvinReader.Deserialize(vector["resultV2"].AsString()))), label);
    }

    [Fact]
    public void Arguments_are_marshaled_as_recorded()
    {
        JsValue[] arguments = [7, "seven", new JsObject { ["k"] = new JsArray(1) }, new JsUrl("https://data.example/x.json")];
        JsArray forms = new(arguments.Select(JsValue? (a) => JobValue.Serialize(a)));
        Assert.Equal(Vectors.Protocol("submitMarshaledArguments").AsString(), KvinWriter.Serialize(forms));
    }

    [Fact]
    public void A_fetched_result_is_escaped_once_more()
    {
        JsValue vector = Vectors.Protocol("fetchResultValue");
        Assert.Equal(vector["dataUri"].AsString(), JobValue.ToUri(new JsObject { ["string"] = KvinWriter.Serialize("50% off, a&b#c"), ["MIMEType"] = "application/x-kvin" }));
        Assert.Equal(vector["dataUri"].AsString(), Uri.UnescapeDataString(vector["value"].AsString()!));
        Assert.Equal("50% off, a&b#c", DataUri.Decode(vector["dataUri"].AsString()!).AsString());
    }

    [Fact]
    public void A_job_without_the_bit_for_it_is_served_in_kvin_8()
    {
        Assert.Equal(KvinVersion.V8, JobValue.VersionFor(JobCapabilities.Fdlibm));
        Assert.Equal(KvinVersion.V9, JobValue.VersionFor(JobCapabilities.Fdlibm | JobCapabilities.KvinV9));
        Assert.Contains("\"v8\"", JobValue.Serialize(1, KvinVersion.V8)["string"].AsString(), StringComparison.Ordinal);
    }

    private static JsValue Value(string js) => js switch
    {
        "1" => 1,
        "42" => 42,
        "-0" => -0.0,
        "1.5" => 1.5,
        "NaN" => double.NaN,
        "'str'" => "str",
        "'text'" => "text",
        "true" => true,
        "null" => JsValue.Null,
        "undefined" => JsValue.Undefined,
        "{ a: 1 }" => new JsObject { ["a"] = 1 },
        "{ a: [ 1, undefined ] }" => new JsObject { ["a"] = new JsArray(1, JsValue.Undefined) },
        "[ 1, 2 ]" => new JsArray(1, 2),
        "1970-01-01T00:00:00.000Z" => new JsDate(0),
        "Uint8Array(3) [ 1, 2, 3 ]" => new JsTypedArray(TypedArrayKind.Uint8Array, [1, 2, 3]),
        "Float32Array(3) [ 1, 2, 3 ]" => JsTypedArray.FromNumbers(TypedArrayKind.Float32Array, [1, 2, 3]),
        _ when js.StartsWith("URL", StringComparison.Ordinal) => new JsUrl("http://h/p"),
        _ => throw new ArgumentException(js),
    };
}
