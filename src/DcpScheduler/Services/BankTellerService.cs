using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Shows accounts to those who have their keys, and moves credits between them.</summary>
internal sealed class BankTellerService(Ledger ledger) : IService
{
    /// <inheritdoc/>
    public string Path => "bank-teller";

    /// <inheritdoc/>
    public Task<JsValue> HandleAsync(IncomingRequest request, CancellationToken ct) => request.Name() switch
    {
        "viewAccounts" => Task.FromResult<JsValue>(View(request)),
        "transfer" => TransferAsync(request),
        _ => throw Requests.Unknown(request),
    };

    private JsObject View(IncomingRequest request)
    {
        // the dcp-bank program calls the list 'address'
        JsValue asked = request.Data["addresses"].IsNullish ? request.Data["address"] : request.Data["addresses"];
        if (asked is not JsArray { Items.Count: > 0 and <= 100 } list)
        {
            throw Requests.Invalid("'addresses' must be a list of 1 to 100 addresses.");
        }

        return new JsObject
        {
            ["success"] = true,
            ["accounts"] = new JsArray(list.Items.Select(JsValue? (a) =>
            {
                Address account = Address.TryParse(a?.AsString(), out Address? read) ? read : throw Requests.Invalid("'addresses' must be a list of addresses.");
                RequireAuthorised(request, account);
                return new JsObject { ["address"] = account.ToString(), ["balance"] = Credits.ToText(ledger.Balance(account)) };
            })),
        };
    }

    private async Task<JsValue> TransferAsync(IncomingRequest request)
    {
        Address source = Requests.RequireAddress(request.Data, "fromAccount");
        Address destination = Requests.RequireAddress(request.Data, "toAccount");
        RequireAuthorised(request, source);
        decimal? amount = request.Data["transferAll"].IsTruthy
            ? null
            : Credits.FromRequest(request.Data["amount"].AsNumber(), request.Data["amount"].AsString()) ?? throw Requests.Invalid("'amount' must be an amount of credits.");
        decimal moved = await ledger.TransferAsync(source, destination, amount).ConfigureAwait(false);
        return new JsObject
        {
            ["success"] = true,
            ["amount"] = Credits.ToText(moved),
            ["balance"] = Credits.ToText(ledger.Balance(source)),
        };
    }

    private static void RequireAuthorised(IncomingRequest request, Address account)
    {
        if (!request.AuthorisedBy.Contains(account))
        {
            throw new ProtocolException("EPERM", $"The request is not authorised by the account {account}.");
        }
    }
}
