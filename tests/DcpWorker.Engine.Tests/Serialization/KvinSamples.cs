using System.Numerics;
using System.Text;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

/// <summary>The values behind the recorded KVIN texts, by the name that the record gives them.</summary>
internal static class KvinSamples
{
    public static JsValue Make(string name) => name switch
    {
        "null" => JsValue.Null,
        "undefined" => JsValue.Undefined,
        "true" => true,
        "false" => false,
        "zero" => 0,
        "minus zero" => -0.0,
        "int" => 42,
        "negative" => -17.5,
        "big double" => 1e300,
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        "empty string" => "",
        "string" => "héllo \"q\" \\ \n 😀",
        "bigint" => new JsBigInt(BigInteger.Parse("12345678901234567890", System.Globalization.CultureInfo.InvariantCulture)),
        "symbol" => new JsSymbol("sym"),
        "empty object" => new JsObject(),
        "flat object" => new JsObject { ["a"] = 1, ["b"] = "two", ["c"] = true, ["d"] = JsValue.Null },
        "nested plain object" => new JsObject { ["a"] = new JsObject { ["b"] = new JsObject { ["c"] = Numbers(1, 2, 3) } } },
        "object with undefined" => new JsObject { ["a"] = JsValue.Undefined, ["b"] = 1 },
        "object with NaN" => new JsObject { ["x"] = double.NaN },
        "object with -0" => new JsObject { ["x"] = -0.0 },
        "object with Date inside" => new JsObject { ["when"] = new JsDate(1700000000000) },
        "empty array" => new JsArray(),
        "short array" => new JsArray(1, "b", false, JsValue.Null),
        "array of 8 numbers" => Numbers(1, 2, 3, 4, 5, 6, 7, 8),
        "run-length array" => new JsArray(Enumerable.Repeat<JsValue?>(5, 10)),
        "run-length objects" => new JsArray(Enumerable.Range(0, 9).Select(JsValue? (_) => new JsObject { ["k"] = 1 })),
        "array with undefined" => new JsArray(1, JsValue.Undefined, 3),
        "array with NaN" => new JsArray(double.NaN, 1),
        "sparse array" => new JsArray(1, 2, null, null, null, null, null, 8),
        "array with own property" => With(Numbers(1, 2, 3), "tag", "hi"),
        "nested arrays" => new JsArray(Numbers(1, 2), new JsArray(3, Numbers(4))),
        "same object twice" => Twice(new JsObject { ["q"] = 1 }),
        "cycle" => Cycle(),
        "Date" => new JsDate(1700000000000),
        "RegExp" => new JsRegExp("ab+c", "gi"),
        "Map" => new JsMap(new("a", 1), new(new JsObject { ["k"] = 1 }, Numbers(2))),
        "Set" => new JsSet(1, "two", 3),
        "boxed Number" => new JsBoxed(7),
        "boxed String" => new JsBoxed("boxed"),
        "boxed Boolean" => new JsBoxed(false),
        "Error" => With(new JsError("oops"), "stack", "STACK"),
        "TypeError with code" => With(new JsError("bad"), "code", "EBAD"),
        "URL" => new JsUrl("https://example.com/a?b=c#d"),
        "function" => new JsFunction("add", "function add(a, b) { return a + b; }"),
        "Uint8Array(3)" => Bytes(TypedArrayKind.Uint8Array, 1, 2, 255),
        "Uint8Array(12)" => Bytes(TypedArrayKind.Uint8Array, 0, 1, 2, 3, 127, 128, 200, 255, 10, 13, 34, 92),
        "Uint8Array(40) mostly zero" => MostlyZero(),
        "Uint8Array(16) all zero" => new JsTypedArray(TypedArrayKind.Uint8Array, new byte[16]),
        "Int8Array" => Typed(TypedArrayKind.Int8Array, -1, -128, 127),
        "Uint8ClampedArray" => Typed(TypedArrayKind.Uint8ClampedArray, 0, 255),
        "Int16Array" => Typed(TypedArrayKind.Int16Array, -2, 300, -32768, 32767),
        "Uint16Array" => Typed(TypedArrayKind.Uint16Array, 1, 65535, 256, 7, 9),
        "Int32Array" => Typed(TypedArrayKind.Int32Array, -1, 2147483647),
        "Uint32Array" => Typed(TypedArrayKind.Uint32Array, 4294967295, 1, 2),
        "Float32Array" => Typed(TypedArrayKind.Float32Array, 1.5, -2, 0, 3.25),
        "Float64Array" => Doubles(1.5, -0.0, BitConverter.Int64BitsToDouble(0x7ff8000000000000), double.PositiveInfinity, 1e-300),
        "BigInt64Array" => new JsTypedArray(TypedArrayKind.BigInt64Array, [.. BitConverter.GetBytes(-1L), .. BitConverter.GetBytes(2L)]),
        "Buffer" => new JsTypedArray(TypedArrayKind.Buffer, Encoding.ASCII.GetBytes("dcp!")),
        "empty Uint8Array" => new JsTypedArray(TypedArrayKind.Uint8Array, []),
        "mixed graph" => new JsObject
        {
            ["list"] = new JsArray(1, JsValue.Undefined, new JsObject { ["x"] = new JsDate(0) }),
            ["map"] = new JsMap(new KeyValuePair<JsValue, JsValue>(1, "one")),
            ["bytes"] = Bytes(TypedArrayKind.Uint8Array, 9, 8, 7, 6, 5, 4, 3, 2, 1),
        },
        "Address" => new JsInstance("dcpEth$$Address", "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"),
        "DcpURL" => new JsInstance("dcpUrl$$DcpURL", "https://scheduler.example/x?y=1"),
        "BigNumber" => BigNumber(),
        _ => throw new ArgumentException($"no sample '{name}'"),
    };

    public static JsArray Numbers(params double[] numbers) => new(numbers.Select(JsValue? (n) => n));

    public static JsTypedArray Bytes(TypedArrayKind kind, params byte[] bytes) => new(kind, bytes);

    private static JsTypedArray Typed(TypedArrayKind kind, params double[] numbers) => JsTypedArray.FromNumbers(kind, numbers);

    // the sign of a NaN differs between machines; what was recorded is the positive one
    private static JsTypedArray Doubles(params double[] numbers) => new(TypedArrayKind.Float64Array, [.. numbers.SelectMany(BitConverter.GetBytes)]);

    private static T With<T>(T o, string name, JsValue value)
        where T : JsObject
    {
        o[name] = value;
        return o;
    }

    private static JsArray Twice(JsObject o) => new(o, o);

    private static JsObject Cycle()
    {
        JsObject o = new() { ["name"] = "cycle" };
        o["self"] = o;
        return o;
    }

    private static JsTypedArray MostlyZero()
    {
        byte[] bytes = new byte[40];
        (bytes[3], bytes[30]) = (9, 7);
        return new JsTypedArray(TypedArrayKind.Uint8Array, bytes);
    }

    private static JsInstance BigNumber()
    {
        JsInstance number = new("BigNumber", "123.456") { ["s"] = 1, ["e"] = 2 };
        number["c"] = Numbers(123, 45600000000000);
        return number;
    }
}
