using System.Globalization;

namespace DcpWorker.Engine.Serialization;

public sealed partial class KvinWriter
{
    /// <summary>An array, or the elements of a Map or Set, without a place of its own in the numbering.</summary>
    private JsObject PrepareArray(List<JsValue?> items, JsObject? owner, int depth)
    {
        int head = items.IndexOf(null);
        if (head < 0)
        {
            head = items.Count;
        }

        JsObject prepared = new() { ["arr"] = PrepareRun(items, 0, head, depth) };
        if (head < items.Count || owner is { Count: > 0 })
        {
            for (int start = 0; start < items.Count;)
            {
                int end = start;
                while (end < items.Count && items[end] is not null)
                {
                    end++;
                }

                AddIsland(prepared, items, start, end, depth);
                start = end + 1;
            }

            foreach ((string name, JsValue value) in owner?.InJsOrder() ?? [])
            {
                Member(prepared, "ps")[name] = Element(value, depth);
            }
        }

        if (head < items.Count)
        {
            prepared["len"] = items.Count;
        }

        return prepared;
    }

    /// <summary>Elements up to the first hole, with equal neighbours as a count of repetitions.</summary>
    private JsArray PrepareRun(List<JsValue?> items, int start, int end, int depth)
    {
        JsArray run = [];
        JsValue? last = null;
        int repeats = 0;
        for (int i = start; i < end; i++)
        {
            JsValue element = Element(items[i]!, depth);
            if (last is not null && SamePrepared(last, element))
            {
                repeats++;
                continue;
            }

            EndRepeats();
            run.Add(element);
            last = element;
        }

        EndRepeats();
        return run;

        void EndRepeats()
        {
            if (repeats > 0)
            {
                run.Add(new JsObject { ["lst"] = repeats });
                repeats = 0;
            }
        }
    }

    private void AddIsland(JsObject prepared, List<JsValue?> items, int start, int end, int depth)
    {
        int length = end - start;
        bool bare = length > 0 && items.GetRange(start, length).TrueForAll(i => IsBare(i!));

        // What starts at 0 was written as the head. Readers of the first versions want it here too; but then objects would
        // exist twice.
        if (length == 0 || (start == 0 && !bare))
        {
            return;
        }

        // Readers disagree on whether islands or members are numbered first: only what has no number goes among the members.
        if (length == 1 && bare)
        {
            Member(prepared, "ps")[start.ToString(CultureInfo.InvariantCulture)] = items[start]!;
            return;
        }

        JsValue content;
        if (bare && length < ScanThreshold)
        {
            content = new JsArray(items.GetRange(start, length));
        }
        else
        {
            _seenCount++;
            content = new JsObject { ["arr"] = PrepareRun(items, start, end, depth) };
        }

        if (prepared["isl"] is not JsArray islands)
        {
            prepared["isl"] = islands = [];
        }

        islands.Add(new JsObject { ["@"] = start, ["arr"] = content });
    }

    private static JsObject Member(JsObject prepared, string name)
    {
        if (prepared[name] is not JsObject member)
        {
            prepared[name] = member = [];
        }

        return member;
    }

    private JsValue Element(JsValue value, int depth)
    {
        if (!IsBare(value))
        {
            return Prepare(value, depth + 1);
        }

        Count();
        return value;
    }

    private static bool IsBare(JsValue value) => value switch
    {
        JsString or JsBoolean => true,
        JsNumber number => double.IsFinite(number.Value) && !(number.Value == 0 && double.IsNegative(number.Value)),
        _ => false,
    };

    /// <summary>Whether two prepared values print the same.</summary>
    private bool SamePrepared(JsValue a, JsValue b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        Count();
        switch (a)
        {
            case JsArray array:
                return b is JsArray other && array.Items.Count == other.Items.Count
                    && array.Items.Zip(other.Items).All(p => SamePrepared(p.First!, p.Second!));
            case JsObject o:
                return b is JsObject and not JsArray && ((JsObject)b).Count == o.Count
                    && o.InJsOrder().Zip(((JsObject)b).InJsOrder()).All(p => p.First.Key == p.Second.Key && SamePrepared(p.First.Value, p.Second.Value));
            case JsNumber number:
                return b is JsNumber same && number.Value == same.Value;
            default:
                return a.Equals(b);
        }
    }
}
