namespace DcpWorker.Engine.Serialization;

public sealed partial class KvinReader
{
    /// <summary>What may still be allocated beyond the size of the input.</summary>
    private sealed class Budget(long bytes)
    {
        private double _left = Math.Min(bytes, int.MaxValue);
        private int _repeating;

        /// <summary>Whether an element is being read again, so that what it holds was not paid for by the input's size.</summary>
        public bool IsRepeating => _repeating > 0;

        public RepeatScope Repeating()
        {
            _repeating++;
            return new RepeatScope(this);
        }

        public void ChargeRepeated(double cost)
        {
            if (IsRepeating)
            {
                Charge(cost);
            }
        }

        public void Charge(double cost)
        {
            // NaN fails both comparisons
            if (!(cost >= 0) || !((_left -= cost) >= 0))
            {
                throw new SerializationException($"KVIN: the text asks for more memory than it may ({bytes} bytes beyond its own size).");
            }
        }

        public readonly ref struct RepeatScope(Budget budget)
        {
            public void Dispose() => budget._repeating--;
        }
    }
}
