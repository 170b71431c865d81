using System.Text;

namespace DcpWorker.Engine.Serialization;

/// <summary>Bytes as KVIN packs them into strings: all of them, or only the islands that are not zero.</summary>
internal static class PackedBytes
{
    /// <summary>This many zero bytes in a row make the islands worth while.</summary>
    private const int ManyZeroes = 8;

    /// <summary>Islands bridge gaps up to this length.</summary>
    private const int MaxGap = 3;

    /// <summary>After a contiguous start an island takes this many further steps at most (a bound of the original's pattern).</summary>
    private const int MaxSteps = 5000;

    public static JsObject Write(JsTypedArray view)
    {
        ReadOnlySpan<byte> bytes = view.Bytes;
        JsObject prepared = new() { ["ctr"] = KvinConstructors.Label(view.Kind) };
        if (bytes.IndexOf(stackalloc byte[ManyZeroes]) < 0)
        {
            prepared["ab8"] = Encoding.Latin1.GetString(bytes);
            return prepared;
        }

        JsArray islands = [];
        int at = bytes.IndexOfAnyExcept((byte)0);
        while (at >= 0)
        {
            int end = IslandEnd(bytes, at);
            islands.Add(new JsObject { ["0"] = Encoding.Latin1.GetString(bytes[at..end]), ["@"] = at });
            int next = bytes[end..].IndexOfAnyExcept((byte)0);
            at = next < 0 ? -1 : end + next;
        }

        prepared["isl8"] = islands;
        prepared["len"] = bytes.Length;
        return prepared;
    }

    /// <summary>One byte per char.</summary>
    public static byte[] ReadBytes(string text)
    {
        byte[] bytes = new byte[text.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)text[i];
        }

        return bytes;
    }

    /// <summary>Two bytes per char, little-endian, into the start of <paramref name="destination"/>.</summary>
    public static void ReadWords(string text, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(text[i / 2] >> (8 * (i & 1)));
        }
    }

    private static int IslandEnd(ReadOnlySpan<byte> bytes, int start)
    {
        int end = start;
        while (true)
        {
            int run = bytes[end..].IndexOf((byte)0);
            if (run < 0)
            {
                return bytes.Length;
            }

            if (run == 0)
            {
                return end;
            }

            end += run;
            for (int step = 0; step < MaxSteps; step++)
            {
                int reach = Math.Min(MaxGap, bytes.Length - 1 - end);
                int lineEnd = bytes.Slice(end, reach < 0 ? 0 : reach).IndexOfAny((byte)'\n', (byte)'\r');
                reach = lineEnd < 0 ? reach : lineEnd;
                while (reach >= 0 && bytes[end + reach] == 0)
                {
                    reach--;
                }

                if (reach < 0)
                {
                    return end;
                }

                end += reach + 1;
            }
        }
    }
}
