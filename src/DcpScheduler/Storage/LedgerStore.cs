using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;

namespace DcpScheduler.Storage;

/// <summary>Accounts and payments in the database. Balances change only inside a transaction, together with the payment.</summary>
internal static class LedgerStore
{
    /// <summary>Credits in an account; zero for one that was never used.</summary>
    public static decimal ReadBalance(Database database, Address account) => database.Read(connection => connection.Query(
        "SELECT balance FROM account WHERE address = $1", r => Credits.Parse(r.GetString(0)), account.ToString()).FirstOrDefault());

    /// <summary>The same, as this transaction sees it.</summary>
    public static decimal ReadBalance(WriteBatch batch, Address account) =>
        batch.ReadText("SELECT balance FROM account WHERE address = $1", account.ToString()) is { } text ? Credits.Parse(text) : 0;

    /// <summary>Stores a payment and the two balances after it.</summary>
    public static void Add(WriteBatch batch, Payment payment)
    {
        batch.Execute(
            "INSERT INTO payment (time, source, destination, amount, job, slice) VALUES ($1, $2, $3, $4, $5, $6)",
            payment.Time.ToUnixTimeMilliseconds(), payment.Source.ToString(), payment.Destination.ToString(), Credits.ToText(payment.Amount), payment.Job, payment.Slice);
        Change(batch, payment.Source, -payment.Amount);
        Change(batch, payment.Destination, payment.Amount);
    }

    private static void Change(WriteBatch batch, Address account, decimal by) => batch.Execute(
        "INSERT INTO account (address, balance) VALUES ($1, $2) ON CONFLICT (address) DO UPDATE SET balance = excluded.balance",
        account.ToString(), Credits.ToText(ReadBalance(batch, account) + by));
}
