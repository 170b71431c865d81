namespace DcpWorker.Engine.Serialization;

/// <summary>Numbers from start to end by a step, singly or in groups.</summary>
internal sealed class StepRange : RangeObject
{
    private readonly double _start;
    private readonly double _end;
    private readonly double _step;
    private readonly int? _group;
    private readonly long _steps;

    public StepRange(double start, double end, double step, int? group)
    {
        (_start, _end, _step, _group) = (start, end, step, group);
        if (!double.IsFinite(start) || !double.IsFinite(end) || !double.IsFinite(step))
        {
            throw new SerializationException("Not a range: start, end and step must be finite numbers.");
        }

        if (start != end && Math.Sign(step) != Math.Sign(end - start))
        {
            throw new SerializationException("Not a range: the step does not lead from start to end.");
        }

        _steps = start == end ? 1 : Countable(Math.Floor(Math.Abs((end - start) / step)) + 1);
        if (group < 1 || Math.Min(group ?? 1, _steps) > MaxGroup)
        {
            throw new SerializationException($"Not a range: a group has 1 to {MaxGroup} elements.");
        }

        Count = group is { } size ? ((_steps - 1) / size) + 1 : _steps;
    }

    public override long Count { get; }

    public override JsValue ToJs()
    {
        JsObject form = new() { ["start"] = _start, ["end"] = _end, ["step"] = _step };
        if (_group is { } group)
        {
            form["group"] = group;
        }

        return form;
    }

    private protected override JsValue Element(long index)
    {
        if (_group is not { } group)
        {
            return _start + (index * _step);
        }

        double first = (group * _step * index) + _start;
        int length = (int)Math.Min(group, _steps - (index * group));
        return new JsArray(Enumerable.Range(0, length).Select(JsValue? (i) => first + (i * _step)));
    }
}
