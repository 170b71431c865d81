namespace DcpWorker.Engine.Serialization;

/// <summary>Whether two values are alike all the way down: classes, primitives, properties in any order, cycles.</summary>
public static class DeepEquality
{
    /// <summary>Whether <paramref name="a"/> and <paramref name="b"/> are alike. NaN is like NaN, and 0 is not like -0.</summary>
    public static bool AreEqual(JsValue a, JsValue b) => AreEqual(a, b, []);

    private static bool AreEqual(JsValue? a, JsValue? b, HashSet<(object, object)> assumed)
    {
        if (a is null || b is null)
        {
            return a is null && b is null;
        }

        if (a is JsSymbol first && b is JsSymbol second)
        {
            return first.Description == second.Description;
        }

        if (a is not JsObject left || b is not JsObject right)
        {
            return a is JsNumber x && b is JsNumber y ? BitConverter.DoubleToInt64Bits(x.Value) == BitConverter.DoubleToInt64Bits(y.Value) || (double.IsNaN(x.Value) && double.IsNaN(y.Value)) : a.Equals(b);
        }

        // a pair met again is part of a cycle or shared: it is alike if the rest is
        return left.GetType() == right.GetType() && (!assumed.Add((new Reference(left), new Reference(right)))
            || (SameContent(left, right, assumed) && SameProperties(left, right, assumed)));
    }

    private static bool SameProperties(JsObject left, JsObject right, HashSet<(object, object)> assumed) =>
        left.Count == right.Count && left.All(p => right.Has(p.Key) && AreEqual(p.Value, right[p.Key], assumed));

    private static bool SameContent(JsObject left, JsObject right, HashSet<(object, object)> assumed) => (left, right) switch
    {
        (JsArray a, JsArray b) => SameItems(a.Items, b.Items, assumed),
        (JsMap a, JsMap b) => SameItems([.. a.Entries.Select(e => e.Key)], [.. b.Entries.Select(e => e.Key)], assumed)
            && SameItems([.. a.Entries.Select(e => e.Value)], [.. b.Entries.Select(e => e.Value)], assumed),
        (JsSet a, JsSet b) => SameItems([.. a.Elements], [.. b.Elements], assumed),
        (JsTypedArray a, JsTypedArray b) => a.Kind == b.Kind && a.Bytes.SequenceEqual(b.Bytes),
        (JsDate a, JsDate b) => a.Milliseconds.Equals(b.Milliseconds),
        (JsRegExp a, JsRegExp b) => a.Source == b.Source && a.Flags == b.Flags,
        (JsError a, JsError b) => a.Message == b.Message,
        (JsUrl a, JsUrl b) => a.Href == b.Href,
        (JsBoxed a, JsBoxed b) => AreEqual(a.Primitive, b.Primitive, assumed),
        (JsFunction a, JsFunction b) => a.FunctionName == b.FunctionName && a.Source == b.Source,
        (JsInstance a, JsInstance b) => a.ClassName == b.ClassName && SameItems([.. a.Arguments], [.. b.Arguments], assumed),
        (JsPromise a, JsPromise b) => a.IsRejected == b.IsRejected && AreEqual(a.Outcome, b.Outcome, assumed),
        _ => true,
    };

    private static bool SameItems(List<JsValue?> a, List<JsValue?> b, HashSet<(object, object)> assumed) =>
        a.Count == b.Count && a.Zip(b).All(p => AreEqual(p.First, p.Second, assumed));

    private sealed class Reference(object target) : IEquatable<Reference>
    {
        private readonly object _target = target;

        public bool Equals(Reference? other) => ReferenceEquals(_target, other?._target);

        public override bool Equals(object? obj) => Equals(obj as Reference);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_target);
    }
}
