namespace DcpWorker.Engine.Serialization;

/// <summary>Slice data, arguments and results in the form <c>{string, method, MIMEType}</c>, or a URL where they are stored.</summary>
public static class JobValue
{
    /// <summary>
    /// The form in which <paramref name="value"/> travels: a URL as itself; strings, booleans, null, -0, dates and other values with a JSON
    /// form of their own as JSON; the rest as KVIN. (npm dcp-client 5.6.1 fails on null; any reader takes the JSON form.)
    /// </summary>
    /// <exception cref="SerializationException">Nested too deeply, or too large.</exception>
    public static JsObject Serialize(JsValue value, KvinVersion version = KvinVersion.V9)
    {
        if (value is JsUrl or JsInstance { ClassName: "dcpUrl$$DcpURL" })
        {
            return (JsObject)value;
        }

        bool json = value is JsString or JsBoolean or JsNull or JsDate or JsTypedArray { Kind: TypedArrayKind.Buffer }
            or JsInstance { ClassName: "dcpEth$$Address" or "BigNumber" }
            || (value is JsNumber number && number.Value == 0 && double.IsNegative(number.Value));
        return new JsObject
        {
            ["string"] = json ? JsonWriter.Write(value) : KvinWriter.Serialize(value, version),
            ["method"] = json ? "json" : "kvin",
            ["MIMEType"] = json ? MediaType.Json : MediaType.Kvin,
        };
    }

    /// <summary>Reads a form made by <see cref="Serialize"/>. A URL comes back as <see cref="JsUrl"/>: its content is to be fetched.</summary>
    /// <exception cref="SerializationException">Not such a form.</exception>
    public static JsValue Deserialize(JsValue form) => form switch
    {
        JsUrl => form,
        JsInstance { ClassName: "dcpUrl$$DcpURL" } => new JsUrl(form.AsString() ?? ""),
        _ when form["string"].AsString() is { } text && form["MIMEType"].AsString() is { } type => ContentDecoder.Decode(type, text),
        _ => throw new SerializationException("Not a job value: neither a URL nor an object with the members string and MIMEType."),
    };

    /// <summary>The URI of a form made by <see cref="Serialize"/>: its URL, or a data: URI.</summary>
    /// <exception cref="SerializationException">Not such a form.</exception>
    public static string ToUri(JsValue form) => form switch
    {
        JsUrl url => url.Href,
        JsInstance { ClassName: "dcpUrl$$DcpURL" } => form.AsString() ?? "",
        _ when form["string"].AsString() is { } text && form["MIMEType"].AsString() is { } type => DataUri.Encode(text, type),
        _ => throw new SerializationException("Not a job value: neither a URL nor an object with the members string and MIMEType."),
    };

    /// <summary>The URI of <paramref name="value"/>: itself when it is a URL, else a data: URI of its form.</summary>
    /// <exception cref="SerializationException">Nested too deeply, or too large.</exception>
    public static string ToDataUri(JsValue value, KvinVersion version = KvinVersion.V9) => ToUri(Serialize(value, version));

    /// <summary>Which KVIN a job with these needs is served in.</summary>
    public static KvinVersion VersionFor(JobCapabilities needs) => needs.HasFlag(JobCapabilities.KvinV9) ? KvinVersion.V9 : KvinVersion.V8;
}
