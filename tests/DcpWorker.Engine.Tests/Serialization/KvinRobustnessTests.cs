using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

public sealed class KvinRobustnessTests
{
    [Fact]
    public void Random_values_come_back()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            JsValue value = new RandomValues(new Random(seed)).Next(5);
            string text = KvinWriter.Serialize(value);
            JsValue read = KvinReader.Deserialize(text);
            Assert.True(DeepEquality.AreEqual(value, read), $"seed {seed}: {text}");

            // and what was read is written again to the same effect
            Assert.True(DeepEquality.AreEqual(read, KvinReader.Deserialize(KvinWriter.Serialize(read))), $"seed {seed}");
        }
    }

    [Fact]
    public void Garbled_text_is_read_or_refused_but_never_breaks_anything()
    {
        Random random = new(7);
        string alphabet = "{}[]\",:0123456789.e-@ truefalsnd_$\\";
        string[] words = ["\"seen\"", "\"ctr\"", "\"arr\"", "\"isl\"", "\"isl8\"", "\"isl16\"", "\"ab16\"", "\"len\"", "\"lst\"", "\"ps\"", "\"raw\"", "\"set\"", "\"mapKeys\"", "\"args\"", "1e308", "-1", "4294967295", "0.5", "null", "{}", "[]"];
        int refused = 0;
        for (int seed = 0; seed < 6000; seed++)
        {
            string text = KvinWriter.Serialize(new RandomValues(new Random(seed)).Next(4));
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                int at = random.Next(text.Length);
                text = random.Next(4) switch
                {
                    0 => text[..at],
                    1 => text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at)),
                    2 => text.Insert(at, words[random.Next(words.Length)]),
                    _ => text[..at] + alphabet[random.Next(alphabet.Length)] + text[Math.Min(at + 1, text.Length)..],
                };
                if (text.Length == 0)
                {
                    break;
                }
            }

            refused += Refused(text) ? 1 : 0;
        }

        Assert.InRange(refused, 1000, 6000);
    }

    [Fact]
    public void Random_forms_are_read_or_refused_but_never_break_anything()
    {
        Random random = new(8);
        int refused = 0;
        for (int i = 0; i < 10_000; i++)
        {
            refused += Refused(new JsObject { ["_serializeVerId"] = "v9", ["what"] = Form(random, 5) }) ? 1 : 0;
        }

        Assert.InRange(refused, 1000, 9500);
    }

    [Theory]
    [InlineData("{\"arr\":[0,{\"lst\":1e9}]}")]
    [InlineData("{\"arr\":[0,{\"lst\":1e300}]}")]
    [InlineData("{\"arr\":[0,{\"lst\":-5}]}")]
    [InlineData("{\"arr\":[],\"len\":4294967295}")]
    [InlineData("{\"arr\":[],\"len\":-1}")]
    [InlineData("{\"arr\":[],\"ps\":{\"4294967294\":1}}")]
    [InlineData("{\"arr\":[],\"isl\":[{\"@\":4e9,\"arr\":[1,2]}]}")]
    [InlineData("{\"arr\":[],\"isl\":[{\"@\":-1,\"arr\":[1,2]}]}")]
    [InlineData("{\"ctr\":2,\"isl8\":[],\"len\":1e10}")]
    [InlineData("{\"ctr\":2,\"isl8\":[{\"0\":\"x\",\"@\":5}],\"len\":5}")]
    [InlineData("{\"ctr\":2,\"isl8\":[{\"0\":\"x\",\"@\":-1}],\"len\":5}")]
    [InlineData("{\"ctr\":2,\"isl8\":[{\"0\":\"x\",\"@\":1e300}],\"len\":5}")]
    [InlineData("{\"ctr\":4,\"isl16\":[],\"len\":3}")]
    [InlineData("{\"ctr\":2,\"arg\":1e10}")]
    [InlineData("{\"ctr\":9,\"ab8\":\"x\"}")]
    [InlineData("{\"ctr\":10,\"ab8\":\"x\"}")]
    [InlineData("{\"ctr\":21,\"ps\":{}}")]
    [InlineData("{\"ctr\":-1,\"ps\":{}}")]
    [InlineData("{\"ctr\":\"a.b\",\"ps\":{}}")]
    [InlineData("{\"ctr\":\"\",\"ps\":{}}")]
    [InlineData("{\"ctr\":[],\"ps\":{}}")]
    [InlineData("{\"seen\":0}")]
    [InlineData("{\"seen\":-1}")]
    [InlineData("{\"json\":\"{\"}")]
    [InlineData("{\"bigint\":\"12x\"}")]
    [InlineData("{\"arr\":7}")]
    [InlineData("{\"arr\":[{\"lst\":3}]}")]
    [InlineData("{\"set\":7}")]
    [InlineData("{\"mapKeys\":{\"arr\":[1]}}")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void A_short_hostile_text_is_refused_at_once(string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SerializationException>(() => KvinReader.Deserialize($$"""{"_serializeVerId":"v9","what":{{what}}}"""));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Nested_repetitions_are_paid_for()
    {
        string text = "1";
        for (int i = 0; i < 12; i++)
        {
            text = $$"""{"arr":[{{text}},{"lst":100}]}""";
        }

        Assert.Throws<SerializationException>(() => KvinReader.Deserialize($$"""{"_serializeVerId":"v9","what":{{text}}}""", 10 << 20));
    }

    [Theory]
    [InlineData("{\"arr\":[", "]}")]
    [InlineData("{\"ctr\":0,\"ps\":{\"a\":", "}}")]
    [InlineData("{\"set\":{\"arr\":[", "]}}")]
    [InlineData("{\"resolve\":", "}")]
    [InlineData("{\"_serializeVerId\":\"v9\",\"what\":", "}")]
    [InlineData("[", "]")]
    public void Deep_nesting_is_refused(string open, string close)
    {
        foreach (int depth in (int[])[2500, 100_000])
        {
            string text = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
            Assert.Throws<SerializationException>(() => KvinReader.Deserialize($$"""{"_serializeVerId":"v9","what":{{text}}}"""));
        }
    }

    [Fact]
    public void Fair_depth_is_read_on_a_small_stack()
    {
        JsValue value = 1;
        for (int i = 0; i < 250; i++)
        {
            value = new JsObject { ["a"] = new JsArray(value) };
        }

        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(() => Assert.True(DeepEquality.AreEqual(value, KvinReader.Deserialize(KvinWriter.Serialize(value))))), 1 << 20);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromMinutes(1)));
        Assert.Null(failure);
    }

    [Fact]
    public void What_is_shared_many_times_over_does_not_grow_without_bound()
    {
        // 2^60 leaves when each reference is counted
        JsObject o = new() { ["leaf"] = 1 };
        for (int i = 0; i < 60; i++)
        {
            o = new JsObject { ["a"] = o, ["b"] = o };
        }

        Assert.Throws<SerializationException>(() => KvinWriter.Serialize(o));
    }

    [Fact]
    public void Behind_a_map_values_are_repeated_so_that_javascript_readers_get_them_right()
    {
        JsObject shared = new() { ["k"] = new JsArray(1) };
        JsSet set = new(1);
        string text = KvinWriter.Serialize(new JsArray(new JsMap(new KeyValuePair<JsValue, JsValue>("a", 1)), shared, 5, shared, set, 6, set));
        Assert.DoesNotContain("seen", text, StringComparison.Ordinal);
        JsArray read = Assert.IsType<JsArray>(KvinReader.Deserialize(text));
        Assert.True(DeepEquality.AreEqual(read[1], read[3]));
        Assert.IsType<JsSet>(read[6]);
    }

    [Fact]
    public void A_cycle_behind_a_map_stays_a_cycle()
    {
        JsObject cycle = [];
        cycle["self"] = cycle;
        JsArray read = Assert.IsType<JsArray>(KvinReader.Deserialize(KvinWriter.Serialize(new JsArray(new JsMap(), cycle, cycle))));
        Assert.Same(read[1], read[1]["self"]);
        Assert.Same(read[2], read[2]["self"]);
    }

    [Fact]
    public void Errors_keep_objects_among_their_properties_however_they_were_written()
    {
        JsError error = new("oops") { ["detail"] = new JsObject { ["list"] = new JsArray(1, 2) }, ["gone"] = JsValue.Null };
        Assert.True(DeepEquality.AreEqual(error, KvinReader.Deserialize(KvinWriter.Serialize(error))));

        // npm kvin writes them unprepared and cannot read them back
        JsValue read = KvinReader.Deserialize("""{"_serializeVerId":"v9","what":{"ctr":"Error","ps":{"detail":{"a":1},"list":[1],"gone":null},"arg":"oops"}}""");
        Assert.Equal(1, read["detail"]["a"].AsInt32());
        Assert.Equal("[1]", JsonWriter.Write(read["list"]));
        Assert.Same(JsValue.Null, read["gone"]);
    }

    [Fact]
    public void Arrays_keep_the_sign_of_zero_and_plain_objects_lose_it_as_the_original_does()
    {
        Assert.True(DeepEquality.AreEqual(new JsArray(-0.0, 0), KvinReader.Deserialize(KvinWriter.Serialize(new JsArray(-0.0, 0)))));
        Assert.True(DeepEquality.AreEqual(new JsObject { ["x"] = 0 }, KvinReader.Deserialize(KvinWriter.Serialize(new JsObject { ["x"] = -0.0 }))));
    }

    [Fact]
    public void Unknown_classes_are_kept_by_name_and_never_made()
    {
        JsInstance o = Assert.IsType<JsInstance>(KvinReader.Deserialize("""{"_serializeVerId":"v9","what":{"ctr":"process$exit","ps":{"x":{"raw":"y"}},"args":[1,[2]]}}"""));
        Assert.Equal("process$exit", o.ClassName);
        Assert.Equal("y", o["x"].AsString());
        Assert.Equal("[1,[2]]", JsonWriter.Write(new JsArray(o.Arguments)));
    }

    private static bool Refused(JsValue marshaled)
    {
        try
        {
            KvinReader.Unmarshal(marshaled, 1 << 20);
            return false;
        }
        catch (SerializationException)
        {
            return true;
        }
    }

    private static bool Refused(string text)
    {
        try
        {
            KvinReader.Deserialize(text, 1 << 20);
            return false;
        }
        catch (SerializationException)
        {
            return true;
        }
    }

    private static JsValue Form(Random random, int depth)
    {
        string[] names = ["raw", "ptv", "number", "bigint", "fnName", "mapKeys", "mapVals", "ab16", "isl16", "ab8", "isl8", "arr", "ctr", "set", "json", "undefined", "symbol", "resolve", "reject", "seen", "_serializeVerId", "what", "ps", "arg", "args", "len", "lst", "isl", "@", "0", "eb", "7"];
        switch (random.Next(depth > 0 ? 8 : 5))
        {
            case 0: return random.Next(-2, 25);
            case 1: return "v9Error17ab"[random.Next(9)..];
            case 2: return random.Next(2) == 0;
            case 3: return JsValue.Null;
            case 4: return RandomValues.Number(random);
            case 5: return new JsArray(Enumerable.Range(0, random.Next(4)).Select(JsValue? (_) => Form(random, depth - 1)));
            default:
                JsObject o = [];
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    o[names[random.Next(names.Length)]] = Form(random, depth - 1);
                }

                return o;
        }
    }
}
