using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Engine.Tests.Supervision.Events;

public sealed class EventJsonTests
{
    public static TheoryData<string, JsValue> NotForJson => new()
    {
        { "not a number", double.NaN },
        { "infinite", double.NegativeInfinity },
        { "undefined", JsValue.Undefined },
        { "big", new JsBigInt(10) },
        { "symbol", new JsSymbol("s") },
        { "map", new JsMap(KeyValuePair.Create((JsValue)1, (JsValue)"a")) },
        { "set", new JsSet(1, 2) },
        { "expression", new JsRegExp("ab+c", "gi") },
        { "function", new JsFunction("f", "function f() {}") },
        { "error", new JsError("message") },
        { "promise", new JsPromise(3, isRejected: false) },
        { "no date", new JsDate(double.NaN) },
        { "view", new JsTypedArray(TypedArrayKind.DataView, [1, 2]) },
        { "not a number among numbers", new JsTypedArray(TypedArrayKind.Float64Array, [.. BitConverter.GetBytes(double.NaN), .. BitConverter.GetBytes(1.5)]) },
        { "unknown class", new JsInstance("Point", 1, 2) },
        { "hole", new JsArray(1, null, 2) },
        { "undefined in an array", new JsArray(JsValue.Undefined) },
        { "named property of an array", new JsArray(1) { ["name"] = 2 } },
        { "property of a date", new JsDate(0) { ["name"] = 2 } },
        { "deep inside", new JsObject { ["a"] = new JsArray(new JsObject { ["b"] = double.NaN }) } },
        { "symbol as a member", new JsObject { ["a"] = new JsSymbol("s") } },
    };

    public static TheoryData<JsValue, string> ForJson => new()
    {
        { JsValue.Null, "null" },
        { "text", "\"text\"" },
        { 1.5, "1.5" },
        { -0.0, "0" },
        { true, "true" },
        { new JsArray(1, JsValue.Null, new JsArray()), "[1,null,[]]" },
        { new JsObject { ["a"] = 1, ["u"] = JsValue.Undefined }, """{"a":1}""" },
        { new JsDate(0), "\"1970-01-01T00:00:00.000Z\"" },
        { new JsUrl("https://example.com/"), "\"https://example.com/\"" },
        { new JsBoxed(3), "3" },
        { new JsTypedArray(TypedArrayKind.Uint8Array, [1, 2]), """{"0":1,"1":2}""" },
        { new JsTypedArray(TypedArrayKind.Buffer, [1]), """{"type":"Buffer","data":[1]}""" },
        { new JsInstance("BigNumber", "17"), "\"17\"" },
    };

    [Theory]
    [MemberData(nameof(NotForJson))]
    public void WhatJsonWouldLoseIsInItsKvinForm(string what, JsValue value)
    {
        string line = JsonWriter.Write(EventJson.Presentable(value));

        Assert.True(line.StartsWith("{\"_serializeVerId\":", StringComparison.Ordinal), $"{what}: {line}");
        Assert.True(DeepEquality.AreEqual(value, KvinReader.Deserialize(line)), $"{what}: {line}");
    }

    [Theory]
    [MemberData(nameof(ForJson))]
    public void WhatJsonHoldsIsJson(JsValue value, string expected) =>
        Assert.Equal(expected, JsonWriter.Write(EventJson.Presentable(value)));

    [Fact]
    public void ACycleIsInItsKvinForm()
    {
        JsObject cycle = new() { ["a"] = 1 };
        cycle["self"] = cycle;

        Assert.True(DeepEquality.AreEqual(cycle, KvinReader.Deserialize(JsonWriter.Write(EventJson.Presentable(cycle)))));
    }

    [Fact]
    public void WhatNestsSoDeeplyThatItsKvinFormCannotBePrintedIsStillPrinted()
    {
        JsObject deep = new() { ["n"] = double.NaN };
        for (int i = 0; i < 900; i++)
        {
            deep = new JsObject { ["o"] = deep };
        }

        Assert.NotEmpty(JsonWriter.Write(EventJson.Presentable(deep)));
    }
}
