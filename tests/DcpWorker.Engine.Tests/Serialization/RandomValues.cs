using System.Numerics;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

/// <summary>Values of every class at random, from a seed.</summary>
internal sealed class RandomValues(Random random, bool onlyWhatJavaScriptReturns = false)
{
    private readonly List<JsObject> _made = [];

    public JsValue Next(int depth = 4) => depth > 0 && random.Next(3) > 0 ? Object(depth) : Primitive();

    public static string Text(Random random, bool loneSurrogates)
    {
        char[] text = new char[random.Next(12)];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = random.Next(6) switch
            {
                0 => (char)random.Next(0, 0x20),
                1 => (char)random.Next(0x20, 0x7f),
                2 => (char)random.Next(0x80, 0xd800),
                3 => "\"\\/\n%,;&#"[random.Next(9)],
                4 => (char)random.Next(0xe000, 0x10000),
                _ => loneSurrogates ? (char)random.Next(0xd800, 0xe000) : 'x',
            };
        }

        return new string(text) + (random.Next(4) == 0 ? "😀" : "");
    }

    public static double Number(Random random) => random.Next(7) switch
    {
        0 => random.Next(-5, 6),
        1 => random.NextDouble(),
        2 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        3 => Math.Pow(10, random.Next(-30, 30)) * random.Next(1, 100),
        4 => random.NextInt64(-(1L << 53), 1L << 53),
        5 => -0.0,
        _ => double.NegativeInfinity,
    };

    private JsValue Primitive() => random.Next(onlyWhatJavaScriptReturns ? 7 : 8) switch
    {
        0 => JsValue.Null,
        1 => JsValue.Undefined,
        2 => random.Next(2) == 0,

        // without -0, which plain objects lose
        3 or 4 => Number(random) + 0.0,
        5 => Text(random, loneSurrogates: true),
        6 => new JsBigInt(new BigInteger(random.NextInt64(long.MinValue, long.MaxValue)) * random.Next(1, 1000)),
        _ => new JsSymbol(Text(random, loneSurrogates: false)),
    };

    private JsValue Object(int depth)
    {
        // the same object again, or an enclosing one: shared references and cycles
        if (_made.Count > 0 && random.Next(8) == 0)
        {
            return _made[random.Next(_made.Count)];
        }

        switch (random.Next(14))
        {
            case 0 or 1:
                JsArray array = Made(new JsArray());
                JsValue? last = null;
                for (int i = random.Next(12); i > 0; i--)
                {
                    array.Add(last = random.Next(10) == 0 ? null : last is not null && random.Next(3) == 0 ? last : Next(depth - 1));
                }

                if (random.Next(6) == 0)
                {
                    Members(array, depth);
                }

                return array;
            case 2 or 3 or 4 or 5:
                return Members(Made(new JsObject()), depth);
            case 6 when !onlyWhatJavaScriptReturns:
                JsMap map = Made(new JsMap());
                for (int i = random.Next(4); i > 0; i--)
                {
                    map.Entries.Add(new(i, Next(depth - 1)));
                }

                return map;
            case 7 when !onlyWhatJavaScriptReturns:
                JsSet set = Made(new JsSet());
                for (int i = random.Next(4); i > 0; i--)
                {
                    set.Elements.Add(Members(Made(new JsObject()), depth - 1));
                }

                return set;
            case 8:
                return Made(new JsDate(random.NextInt64(-8_640_000_000_000_000, 8_640_000_000_000_001)));
            case 9:
                return Made(new JsRegExp("a" + random.Next(), "gi"));
            case 10:
                return Made(new JsUrl($"http://host/{random.Next()}"));
            case 11 when !onlyWhatJavaScriptReturns:
                return Members(Made(new JsError(Text(random, loneSurrogates: true))), depth);
            case 12:
                return Made(new JsBoxed(random.Next(2) == 0 ? random.Next() : Text(random, loneSurrogates: true)));
            default:
                return Made(TypedArray());
        }
    }

    private JsTypedArray TypedArray()
    {
        TypedArrayKind kind = (TypedArrayKind)random.Next((int)TypedArrayKind.Int8Array, (int)TypedArrayKind.Float64Array + 1);
        byte[] bytes = new byte[random.Next(40) * JsTypedArray.SizeOf(kind)];
        if (random.Next(2) == 0)
        {
            random.NextBytes(bytes);
        }
        else
        {
            for (int i = random.Next(bytes.Length + 1) / 4; i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
        }

        return new JsTypedArray(kind, bytes);
    }

    private T Members<T>(T o, int depth)
        where T : JsObject
    {
        for (int i = random.Next(6); i > 0; i--)
        {
            o["k" + random.Next(1000)] = Next(depth - 1);
        }

        return o;
    }

    private T Made<T>(T o)
        where T : JsObject
    {
        _made.Add(o);
        return o;
    }
}
