using System.Collections.Concurrent;
using DcpScheduler.Domain;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>
/// Signs what is handed to a worker, and checks the signed text that the worker shows with all it says about it: so a
/// result is known to come from whom the slice was given to, also after a restart or a lapsed lease.
/// </summary>
internal sealed class TaskAuthority(PrivateKey key)
{
    private const int Remembered = 20_000;

    private readonly ConcurrentDictionary<string, string> _issued = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>Who signs.</summary>
    public Address Address => key.Address;

    /// <summary>The signed part of a task.</summary>
    public JsObject Sign(KnownWorker worker, IEnumerable<(Job Job, IReadOnlyList<int> Slices)> task)
    {
        JsObject slices = [];
        foreach ((Job job, IReadOnlyList<int> numbers) in task)
        {
            slices[job.Id] = new JsArray(numbers.Select(JsValue? (n) => n));
        }

        JsObject auth = new()
        {
            ["workerId"] = worker.Id,
            ["authSlices"] = slices,
            ["schedulerId"] = key.Address.ToString(),
            ["jobCommissions"] = new JsObject(),
        };
        string text = JsonWriter.Write(auth);
        Signature signature = key.Sign(text);
        Remember(Fingerprint(signature), text);
        return new JsObject { ["owner"] = key.Address.ToString(), ["signature"] = signature.ToJs(), ["auth"] = auth };
    }

    /// <summary>Checks that a worker was given a slice.</summary>
    /// <exception cref="ProtocolException">It was not (<c>EPERM</c>).</exception>
    public void Require(JsValue message, string workerId, string jobId, int slice)
    {
        JsValue auth = message["auth"];
        if (auth["workerId"].AsString() != workerId || auth["authSlices"][jobId] is not JsArray slices || !slices.Items.Any(n => n?.AsInt32() == slice)
            || Signature.FromJs(message["signature"]) is not { } signature || !IsOurs(signature, JsonWriter.Write(auth)))
        {
            throw new ProtocolException("EPERM", $"The authorization message does not show that slice {slice} of job {jobId} was given to this worker.");
        }
    }

    private bool IsOurs(Signature signature, string text)
    {
        string fingerprint = Fingerprint(signature);
        if (_issued.TryGetValue(fingerprint, out string? issued))
        {
            return issued == text;
        }

        if (!key.Address.Equals(signature.Recover(text)))
        {
            return false;
        }

        Remember(fingerprint, text);
        return true;
    }

    private void Remember(string fingerprint, string text)
    {
        if (_issued.TryAdd(fingerprint, text))
        {
            _order.Enqueue(fingerprint);
            while (_issued.Count > Remembered && _order.TryDequeue(out string? oldest))
            {
                _issued.TryRemove(oldest, out _);
            }
        }
    }

    private static string Fingerprint(Signature signature) => Convert.ToHexString(signature.R) + Convert.ToHexString(signature.S) + signature.V;
}
