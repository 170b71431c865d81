using DcpScheduler.Domain;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;

namespace DcpScheduler.Services;

/// <summary>Reads the data of <c>submit</c>: version 5, and version 2 of the 4.x clients, which differs in two members.</summary>
internal sealed class JobDefinitionReader(SchedulerOptions options)
{
    private const int LongestText = 10_000;

    /// <summary>The definition, and how many slices it has from the start.</summary>
    /// <exception cref="ProtocolException">Something in it cannot be.</exception>
    public (JobDefinition Definition, int Slices, long Characters) Read(JsValue data)
    {
        bool localExec = data["localExec"].IsTruthy;
        (string? source, string? url) = ReadWorkFunction(Requests.Text(data, "workFunctionURI", int.MaxValue), localExec);
        IReadOnlyList<StoredValue> arguments = ReadArguments(data["marshaledArguments"], localExec);
        JsValue range = JsValue.Undefined;
        string? pattern = null;
        long slices = 0;
        if (!data["dataRange"].IsNullish)
        {
            RangeObject parsed = ReadRange(data["dataRange"]);
            (range, slices) = (parsed.ToJs(), parsed.Count);
        }
        else if (data["dataPattern"].AsString() is { } text)
        {
            pattern = IsFetchable(text, localExec) && text.Contains("{slice}", StringComparison.Ordinal) && text.Length <= LongestText
                ? text
                : throw Requests.Invalid("'dataPattern' must be an http(s) address with {slice} in it.");
            slices = data["sliceCount"].AsInt32() ?? throw Requests.Invalid("A data pattern needs its 'sliceCount'.");
        }

        if (slices < 0 || slices > options.MaxSlicesPerJob)
        {
            throw new ProtocolException("ETOOBIG", $"A job may have {options.MaxSlicesPerJob} slices, not {slices}.");
        }

        long characters = (source?.Length ?? 0) + arguments.Sum(a => (long)a.Text.Length);
        if (characters > options.MaxJobCharacters)
        {
            throw new ProtocolException("ETOOBIG", $"A job may have {options.MaxJobCharacters} characters of data.");
        }

        JobDefinition definition = new()
        {
            WorkFunction = source,
            WorkFunctionUrl = url,
            Arguments = arguments,
            Range = range,
            Pattern = pattern,
            SlicePayment = ReadPayment(data),
            Worktime = ReadWorktime(data["worktime"]),
            Requirements = data["requirements"] is JsObject old ? RequirementBits(old) : data["requirements"].AsInt32() ?? 0,
            Dependencies = Requests.Texts(data, "dependencies", 1000, LongestText),
            RequirePath = Requests.Texts(data, "requirePath", 1000, LongestText),
            Name = Requests.Text(data, "name", LongestText),
            Description = Requests.Text(data, "description", LongestText),
            Link = Requests.Text(data, "link", LongestText),
            LocalExec = localExec,
            Discrete = data["discrete"].IsTruthy,
            UseStrict = data["useStrict"].IsTruthy,
            WorkerConsole = data["workerConsole"].IsTruthy,
            ResultStorageType = Requests.Text(data, "resultStorageType", 100, "values"),
            ResultStorageDetails = data["resultStorageDetails"],
            ResultStorageParams = data["resultStorageParams"],
        };
        return (definition, (int)slices, characters);
    }

    /// <summary>A value as the scheduler keeps it: a URL as address, everything else as KVIN text.</summary>
    public static StoredValue Store(JsValue? value, int requirements) => value switch
    {
        JsUrl url => new StoredValue(url.Href, null),
        JsInstance { ClassName: "dcpUrl$$DcpURL" } url when url.AsString() is { } href => new StoredValue(href, null),
        _ => new StoredValue(
            KvinWriter.Serialize(value ?? JsValue.Undefined, JobValue.VersionFor((JobCapabilities)requirements)), MediaType.Kvin),
    };

    private static (string? Source, string? Url) ReadWorkFunction(string uri, bool localExec)
    {
        if (DataUri.IsDataUri(uri))
        {
            return DataUri.Decode(uri).AsString() is { Length: > 0 } source
                ? (source, null)
                : throw Requests.Invalid("'workFunctionURI' must hold the source text of the work function.");
        }

        return IsFetchable(uri, localExec) && uri.Length <= LongestText
            ? (null, uri)
            : throw Requests.Invalid("'workFunctionURI' must be a data: or http(s) address.");
    }

    private static List<StoredValue> ReadArguments(JsValue marshaled, bool localExec)
    {
        if (marshaled.IsNullish)
        {
            return [];
        }

        List<StoredValue> arguments = [];
        foreach (JsValue? argument in KvinReader.Unmarshal(marshaled) is JsArray list ? list.Items : throw Requests.Invalid("'marshaledArguments' must be a marshaled list."))
        {
            StoredValue value = argument?["string"].AsString() is { } text && argument["MIMEType"].AsString() is { } type
                ? new StoredValue(text, type)
                : Store(argument, 0);
            arguments.Add(!value.IsAddress || IsFetchable(value.Text, localExec) ? value : throw Requests.Invalid("An argument's address must be http(s)."));
        }

        return arguments;
    }

    private static RangeObject ReadRange(JsValue form)
    {
        try
        {
            return RangeObject.Parse(form.IsMarshaled() ? KvinReader.Unmarshal(form) : form);
        }
        catch (SerializationException e)
        {
            throw new ProtocolException("EINVAL", $"'dataRange' is no range: {e.Message}", e);
        }
    }

    private static Worktime ReadWorktime(JsValue worktime)
    {
        string name = Requests.Text(worktime, "name", 100, Worktime.Default.Name);
        return new Worktime(name, Requests.Text(worktime, "version", 100, name == Worktime.Default.Name ? Worktime.Default.Version : "*"));
    }

    private decimal ReadPayment(JsValue data)
    {
        decimal absolute = Credits.FromRequest(data["absoluteSlicePayment"].AsNumber() ?? 0, data["absoluteSlicePayment"].AsString())
            ?? throw Requests.Invalid("'absoluteSlicePayment' must be an amount of credits.");
        decimal factor = Credits.FromRequest(data["mvMultSlicePayment"].AsNumber() ?? 0, data["mvMultSlicePayment"].AsString())
            ?? throw Requests.Invalid("'mvMultSlicePayment' must be a factor.");
        return absolute > 0 ? absolute : Math.Min(Credits.Max, factor * options.MarketValue);
    }

    /// <summary>The bits for what 4.x clients write as <c>{environment: {offscreenCanvas: true}}</c>.</summary>
    private static int RequirementBits(JsObject old)
    {
        JobCapabilities bits = JobCapabilities.None;
        bits |= old["environment"]["offscreenCanvas"].IsTruthy ? JobCapabilities.OffscreenCanvas : 0;
        bits |= old["environment"]["fdlibm"].IsTruthy ? JobCapabilities.Fdlibm : 0;
        bits |= old["environment"]["webgpu"].IsTruthy || old["environment"]["webGPU"].IsTruthy ? JobCapabilities.WebGpu : 0;
        return (int)bits;
    }

    private static bool IsFetchable(string address, bool localExec) =>
        Uri.TryCreate(address.Replace("{slice}", "1", StringComparison.Ordinal), UriKind.Absolute, out Uri? uri)
        && (uri.Scheme is "http" or "https" || (localExec && uri.Scheme == "file"));
}
