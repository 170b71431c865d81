using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;
using Microsoft.Extensions.Logging;

namespace DcpWorker.Engine.Protocol;

/// <summary>
/// Which address answered for a service the first time (trust on first use), kept in a file that is shared with the
/// network's own client: one JSON object from origin and path of the service to the address.
/// </summary>
public sealed partial class IdentityCache
{
    /// <summary>Name of the file within the resource directory.</summary>
    public const string FileName = "identity-cache.json";

    private readonly Lock _gate = new();
    private readonly string? _path;
    private readonly ILogger _log;
    private readonly Dictionary<string, string> _identities = new(StringComparer.Ordinal);

    /// <summary>
    /// The cache in file <paramref name="path"/>; null keeps it in memory only. It is read when first needed and never
    /// written when the environment variable <c>DCP_IDENTITY_CACHE_WRITE_DISABLE</c> is set or <paramref name="write"/> is false.
    /// </summary>
    public IdentityCache(string? path, ILogger log, bool write = true)
    {
        _log = log;
        _path = path;
        Writes = write && path is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DCP_IDENTITY_CACHE_WRITE_DISABLE"));
    }

    /// <summary>Whether what is learnt is written to the file.</summary>
    public bool Writes { get; }

    /// <summary>Learns who answers for a service, or compares with what was learnt before.</summary>
    /// <exception cref="ProtocolException"><c>EADDRCHANGE</c>: another address answered before.</exception>
    public void Learn(Uri service, Address identity)
    {
        string key = service.GetLeftPart(UriPartial.Path);
        lock (_gate)
        {
            if (!_identities.TryGetValue(key, out string? known))
            {
                // another process may have learnt it since
                Read();
                if (!_identities.TryGetValue(key, out known))
                {
                    _identities[key] = identity.ToString();
                    Write();
                    return;
                }
            }

            if (!Address.TryParse(known, out Address? address) || !address.Equals(identity))
            {
                throw new ProtocolException(
                    "EADDRCHANGE",
                    $"The service {key} answers as {identity}, but was {known} before. If its key was changed on purpose, remove that entry from {_path ?? "the identity cache"}.");
            }
        }
    }

    private void Read()
    {
        if (_path is null || !File.Exists(_path))
        {
            return;
        }

        try
        {
            if (JsonReader.Parse(File.ReadAllText(_path)) is JsObject stored)
            {
                foreach ((string key, JsValue value) in stored)
                {
                    if (value.AsString() is { } text)
                    {
                        _identities[key] = text;
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SerializationException)
        {
            LogUnreadable(_path, e.Message);
        }
    }

    private void Write()
    {
        if (!Writes)
        {
            return;
        }

        JsObject all = [];
        foreach ((string key, string value) in _identities)
        {
            all[key] = value;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path!))!);
            AtomicFile.Write(_path!, JsonWriter.Write(all));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(_path!, e.Message);
        }
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "The identity cache {Path} cannot be read and is taken as empty: {Reason}")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "The identity cache {Path} cannot be written; services learnt now will be trusted anew next time: {Reason}")]
    private partial void LogUnwritable(string path, string reason);
}
