using DcpScheduler.Storage;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;

namespace DcpScheduler.Domain;

/// <summary>
/// The bank: accounts by address, and payments between them. All balances together are always zero: this scheduler
/// cannot know what deployers own elsewhere, so their accounts go below zero as their jobs pay workers. A transfer,
/// by contrast, needs the funds.
/// </summary>
internal sealed class Ledger(Database database, TimeProvider time)
{
    /// <summary>Credits in an account; zero for one that was never used.</summary>
    public decimal Balance(Address account) => LedgerStore.ReadBalance(database, account);

    /// <summary>Pays for a slice, within the transaction that stores its result; the funds are not asked for.</summary>
    public static void Pay(WriteBatch batch, Payment payment)
    {
        if (payment.Amount > 0 && !payment.Source.Equals(payment.Destination))
        {
            LedgerStore.Add(batch, payment);
        }
    }

    /// <summary>Moves <paramref name="amount"/>, or all there is when null, to another account; the amount moved.</summary>
    /// <exception cref="ProtocolException">The account has less (<c>ENOFUNDS</c>).</exception>
    public async Task<decimal> TransferAsync(Address source, Address destination, decimal? amount)
    {
        decimal balance = 0;
        decimal moved = 0;
        await database.WriteAsync(batch =>
        {
            balance = LedgerStore.ReadBalance(batch, source);
            moved = amount ?? Math.Max(0, balance);
            if (moved <= Math.Max(0, balance))
            {
                Pay(batch, new Payment(time.GetUtcNow(), source, destination, moved, null, null));
            }
        }).ConfigureAwait(false);
        return moved <= Math.Max(0, balance)
            ? moved
            : throw new ProtocolException("ENOFUNDS", $"The account {source} has {Credits.ToText(balance)} credits, which is less than {Credits.ToText(moved)}.");
    }
}
