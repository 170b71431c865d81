using DcpScheduler.Domain;
using DcpWorker.Engine.Protocol;
using DcpWorker.Engine.Serialization;
using Microsoft.Net.Http.Headers;

namespace DcpScheduler.Services;

/// <summary>Reads the data of <c>submit</c>: version 5, and version 2 of the 4.x clients, which differs in two members.</summary>
internal sealed class JobDefinitionReader(SchedulerOptions options)
{
    private const int LongestText = 10_000;
    private const int LongestType = 200;
    private const int DeepestDetails = 50;

    // every message that hands the job to a worker has all of them, and is not to be longer than workers take
    private const int MostArguments = 10_000;
    private const int LongestRange = 1_000_000;
    private const int LongestModuleList = 200_000;

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
            if (JsonWriter.Write(range).Length > LongestRange)
            {
                throw new ProtocolException("ETOOBIG", $"'dataRange' may take {LongestRange} characters; give its elements as slice data.");
            }
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
            Dependencies = ReadModules(data, "dependencies"),
            RequirePath = ReadModules(data, "requirePath"),
            Name = Requests.Text(data, "name", LongestText),
            Description = Requests.Text(data, "description", LongestText),
            Link = Requests.Text(data, "link", LongestText),
            LocalExec = localExec,
            Discrete = data["discrete"].IsTruthy,
            UseStrict = data["useStrict"].IsTruthy,
            WorkerConsole = data["workerConsole"].IsTruthy,
            ResultStorageType = Requests.Text(data, "resultStorageType", 100, "values"),
            ResultStorageDetails = ReadDetails(data, "resultStorageDetails"),
            ResultStorageParams = ReadDetails(data, "resultStorageParams"),
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
                ? (Requests.Whole(source, "workFunctionURI"), null)
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

        JsArray list = KvinReader.Unmarshal(marshaled) as JsArray ?? throw Requests.Invalid("'marshaledArguments' must be a marshaled list.");
        if (list.Items.Count > MostArguments)
        {
            throw new ProtocolException("ETOOBIG", $"A job may have {MostArguments} arguments, not {list.Items.Count}.");
        }

        List<StoredValue> arguments = [];
        foreach (JsValue? argument in list.Items)
        {
            StoredValue value = argument?["string"].AsString() is { } text && argument["MIMEType"].AsString() is { } type
                ? new StoredValue(Requests.Whole(text, "marshaledArguments"), RequireType(type))
                : Store(argument, 0);
            arguments.Add(!value.IsAddress || IsFetchable(value.Text, localExec) ? value : throw Requests.Invalid("An argument's address must be http(s)."));
        }

        return arguments;
    }

    /// <summary>A media type becomes part of a data: address, up to its comma, or a header of HTTP.</summary>
    private static string RequireType(string type) =>
        type.Length <= LongestType && type.All(char.IsAscii) && !type.Contains(',', StringComparison.Ordinal) && MediaTypeHeaderValue.TryParse(type, out _)
            ? type
            : throw Requests.Invalid("The 'MIMEType' of an argument must be a media type.");

    private static IReadOnlyList<string> ReadModules(JsValue data, string name)
    {
        IReadOnlyList<string> modules = Requests.Texts(data, name, 1000, LongestText);
        return modules.Sum(m => m.Length) <= LongestModuleList
            ? modules
            : throw new ProtocolException("ETOOBIG", $"'{name}' may have {LongestModuleList} characters.");
    }

    /// <summary>Details travel with every slice as they came, so they are to be small, and far from too deep to be read there.</summary>
    private static JsValue ReadDetails(JsValue data, string name)
    {
        JsValue details = data[name];
        return details.IsNullish || (!IsDeeper(details, DeepestDetails) && JsonWriter.Write(details).Length <= LongestText)
            ? details
            : throw new ProtocolException("ETOOBIG", $"'{name}' may take {LongestText} characters and be nested {DeepestDetails} levels deep.");
    }

    private static bool IsDeeper(JsValue value, int levels) => value switch
    {
        JsArray or JsObject when levels == 0 => true,
        JsArray list => list.Items.Any(i => i is not null && IsDeeper(i, levels - 1)),
        JsObject o => o.Any(m => IsDeeper(m.Value, levels - 1)),
        _ => false,
    };

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
