namespace DcpWorker.Engine.Serialization;

/// <summary>Values of a distribution at 0, 1, 2…, or random ones; drawn by the sender when it lists them.</summary>
internal sealed class DistributionRange : RangeObject
{
    private readonly string _name;
    private readonly double[] _parameters;
    private readonly JsArray? _values;

    public DistributionRange(long count, string name, double[] parameters, JsArray? values)
    {
        (Count, _name, _parameters, _values) = (count, name, parameters, values?.Items.Count >= count ? values : null);
        if (name is not ("random" or "randomInt" or "identity" or "poisson" or "normal" or "binomial" or "normalRNG"))
        {
            throw new SerializationException("Not a range: its distribution is not known.");
        }
    }

    public override long Count { get; }

    public override JsValue ToJs()
    {
        JsObject form = new() { ["length"] = Count, ["dist"] = _name, ["params"] = new JsArray(_parameters.Select(JsValue? (p) => p)) };
        if (_values is not null)
        {
            form["values"] = _values;
        }

        return form;
    }

    private protected override JsValue Element(long index) => _values is not null ? _values[(int)index] : _name switch
    {
        "identity" => index,
        "random" => Uniform(Parameter(0, double.NaN), Parameter(1, double.NaN)),
        "randomInt" => Math.Floor(Uniform(Parameter(0, double.NaN), Parameter(1, double.NaN))),
        "poisson" => Poisson(index, Parameter(0, double.NaN)),
        "binomial" => Binomial(index),
        "normalRNG" => NormalSample(Parameter(0, double.NaN), Parameter(1, double.NaN)),
        _ => Normal(index),
    };

    // not for secrets: what a job computes on
#pragma warning disable CA5394
    private static double Uniform(double min, double max) => (Random.Shared.NextDouble() * (max - min)) + min;

    private static double NormalSample(double mean, double deviation)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Random.Shared.NextDouble()));
        return (radius * Math.Cos(2 * Math.PI * Random.Shared.NextDouble()) * deviation) + mean;
    }
#pragma warning restore CA5394

    private double Parameter(int index, double missing) => index < _parameters.Length ? _parameters[index] : missing;

    private double Normal(long index)
    {
        double mean = Parameter(0, 0);
        double deviation = Parameter(1, 1);
        double from = Parameter(2, double.NaN);
        double to = Parameter(3, double.NaN);
        double x = double.IsNaN(from) ? index : double.IsNaN(to) ? from + index : (index * ((to - from) / Count)) + from;
        return Math.Pow(Math.E, -Math.Pow(x - mean, 2) / 2 * (deviation * deviation));
    }

    private static double Poisson(long x, double mean) => double.IsNaN(mean) || mean < 0
        ? double.NaN
        : Math.Exp(-mean + (x * Math.Log(mean)) - SumOfLogs(1, x));

    private double Binomial(long k)
    {
        double p = Parameter(0, double.NaN);
        return Math.Exp(SumOfLogs(Count - k + 1, Count) - SumOfLogs(2, k) + (k * Math.Log(p)) + ((Count - k) * Math.Log(1 - p)));
    }

    private static double SumOfLogs(long from, long to)
    {
        if (to - from > MaxGroup)
        {
            throw new SerializationException("The distribution is too long to be computed.");
        }

        double sum = 0;
        for (long i = from; i <= to; i++)
        {
            sum += Math.Log(i);
        }

        return sum;
    }
}
