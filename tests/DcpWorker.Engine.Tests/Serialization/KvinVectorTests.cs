using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

public sealed class KvinVectorTests
{
    public static TheoryData<int, string> Current => Vectors.Cases(Vectors.Protocol("kvin9"), "name");

    public static TheoryData<int, string> Previous => Vectors.Cases(Vectors.Protocol("kvin8"), "name");

    public static TheoryData<int, string> UserClasses => Vectors.Cases(Vectors.Protocol("kvinUserCtors"), "name");

    public static TheoryData<int, string> Tuned => Vectors.Cases(Vectors.Protocol("kvinTuned"), "name");

    public static TheoryData<int, string> References => Vectors.Cases(Vectors.Protocol("kvinQuirks")["cases"], "name");

    [Theory]
    [MemberData(nameof(Current))]
    public void Writes_the_text_that_kvin_9_writes(int index, string name) =>
        Assert.Equal(Text("kvin9", index), KvinWriter.Serialize(KvinSamples.Make(name)));

    [Theory]
    [MemberData(nameof(Current))]
    public void Reads_what_kvin_9_writes(int index, string name)
    {
        JsValue expected = name == "object with -0" ? new JsObject { ["x"] = 0 } : KvinSamples.Make(name);
        Assert.True(DeepEquality.AreEqual(expected, KvinReader.Deserialize(Text("kvin9", index))));
    }

    [Theory]
    [MemberData(nameof(Previous))]
    public void Version_8_differs_in_its_tag_only(int index, string name)
    {
        Assert.Equal(Text("kvin8", index), KvinWriter.Serialize(KvinSamples.Make(name), KvinVersion.V8));
        Assert.True(DeepEquality.AreEqual(KvinSamples.Make(name), KvinReader.Deserialize(Text("kvin8", index))));
    }

    [Theory]
    [MemberData(nameof(Current))]
    public void Every_older_tag_is_read(int index, string name)
    {
        foreach (string tag in (string[])["v4", "v5", "v6", "v7", "v8"])
        {
            string text = Text("kvin9", index).Replace("\"v9\"", $"\"{tag}\"", StringComparison.Ordinal);
            JsValue read = KvinReader.Deserialize(text);
            Assert.True(DeepEquality.AreEqual(KvinReader.Deserialize(Text("kvin9", index)), read), name);
        }
    }

    [Theory]
    [MemberData(nameof(UserClasses))]
    public void Objects_of_user_classes_keep_name_argument_and_properties(int index, string name)
    {
        string text = Text("kvinUserCtors", index);
        Assert.Equal(text, KvinWriter.Serialize(KvinSamples.Make(name)));
        Assert.True(DeepEquality.AreEqual(KvinSamples.Make(name), KvinReader.Deserialize(text)));
    }

    [Theory]
    [MemberData(nameof(Tuned))]
    public void Reads_what_a_tuned_encoder_writes(int index, string name)
    {
        JsValue entry = Vectors.List(Vectors.Protocol("kvinTuned"))[index];
        JsValue expected = name == "Float64Array"
            ? JsTypedArray.FromNumbers(TypedArrayKind.Float64Array, [1.5, 0, 0, 0, 1e-300])
            : KvinSamples.Make(name);
        Assert.True(DeepEquality.AreEqual(expected, KvinReader.Deserialize(entry["speed"].AsString())));
        Assert.True(DeepEquality.AreEqual(expected, KvinReader.Deserialize(entry["size"].AsString())));
    }

    [Theory]
    [MemberData(nameof(References))]
    public void References_resolve_by_the_writers_numbering(int index, string name)
    {
        JsValue read = KvinReader.Deserialize(Vectors.List(Vectors.Protocol("kvinQuirks")["cases"])[index]["kvin"].AsString());
        if (name.StartsWith("reference after", StringComparison.Ordinal))
        {
            JsArray array = Assert.IsType<JsArray>(read);
            Assert.Same(array[1], array[3]);
            Assert.Equal(1, array[1]["k"] is JsArray k ? k[0].AsInt32() : null);
        }
        else if (name == "shared object")
        {
            Assert.Same(((JsArray)read)[0], ((JsArray)read)[2]);
        }
        else if (name == "shared by two properties")
        {
            Assert.Same(read["p"], read["q"]);
        }
        else if (name.StartsWith("Set referenced twice", StringComparison.Ordinal))
        {
            Assert.Same(Assert.IsType<JsSet>(((JsArray)read)[0]), ((JsArray)read)[2]);
        }
        else
        {
            Assert.IsType<JsObject>(read is JsArray list ? list[0] : read);
        }
    }

    [Fact]
    public void The_constructor_numbers_are_those_of_the_record()
    {
        foreach (JsValue entry in Vectors.List(Vectors.Protocol("kvinCtors")))
        {
            Assert.Equal(entry["n"].AsString(), KvinConstructors.Resolve(entry["i"]));
        }
    }

    private static string Text(string section, int index) => Vectors.List(Vectors.Protocol(section))[index]["kvin"].AsString()!;
}
