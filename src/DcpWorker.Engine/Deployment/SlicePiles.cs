using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Deployment;

/// <summary>
/// Cuts the data of a job into piles to upload: the first one small, the next ones as large as the size of those before
/// lets expect to reach the target.
/// </summary>
internal sealed class SlicePiles(IReadOnlyList<JsValue> values, DeploymentOptions options)
{
    private int _at;
    private int _size = Math.Max(1, options.FirstPile);

    /// <summary>The next pile as <c>dataValues</c>, a KVIN marshaled array; null at the end.</summary>
    public JsObject? Next()
    {
        if (_at == values.Count)
        {
            return null;
        }

        while (true)
        {
            int count = Math.Min(_size, values.Count - _at);
            JsObject pile = KvinWriter.Marshal(new JsArray(Enumerable.Range(_at, count).Select(JsValue? (i) => values[i])));
            int length = JsonWriter.Write(pile).Length;
            if (length > options.PileCeiling && count > 1)
            {
                _size = count / 2;
                continue;
            }

            _at += count;
            long expected = (long)count * options.PileTarget / Math.Max(1, length);
            _size = (int)Math.Clamp(expected, 1, (long)count * options.PileGrowth);
            return pile;
        }
    }
}
