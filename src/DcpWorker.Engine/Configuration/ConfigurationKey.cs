using System.Globalization;
using DcpWorker.Engine.Keystores;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>What kind of value a key takes.</summary>
public enum ConfigurationKeyType
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A URL, or the text of one.</summary>
    Url,

    /// <summary>An account's address: 0x and 40 hex digits.</summary>
    Address,

    /// <summary>A list of texts.</summary>
    TextList,

    /// <summary>An object or a list whose inside is looked at by its user.</summary>
    Structure,
}

/// <summary>A key that we know: its type, its range and what it means. Where a value may be left out, undefined is one.</summary>
/// <param name="Path">The dotted path.</param>
/// <param name="Type">What it takes.</param>
/// <param name="Meaning">One sentence, with the unit.</param>
/// <param name="Minimum">Least number.</param>
/// <param name="Maximum">Greatest number.</param>
public sealed record ConfigurationKey(string Path, ConfigurationKeyType Type, string Meaning, double Minimum = double.NegativeInfinity, double Maximum = double.PositiveInfinity)
{
    /// <summary>What is wrong with <paramref name="value"/> for this key, as the end of a sentence; null when nothing is.</summary>
    public string? FaultOf(JsValue value)
    {
        // the network's own files say false where there is no URL or no list
        if (value.IsNullish || (Type is ConfigurationKeyType.Url or ConfigurationKeyType.TextList && value is JsBoolean { Value: false }))
        {
            return null;
        }

        return Type switch
        {
            ConfigurationKeyType.Number or ConfigurationKeyType.WholeNumber => NumberFault(value),
            ConfigurationKeyType.Flag => value is JsBoolean ? null : "takes true or false",
            ConfigurationKeyType.Text => value is JsString ? null : "takes a text",
            ConfigurationKeyType.Url => value is JsUrl || Uri.TryCreate(value.AsString(), UriKind.Absolute, out _) ? null : "takes a URL, such as url('https://scheduler.example/')",
            ConfigurationKeyType.Address => Address.TryParse(value.AsString(), out _) ? null : "takes an address: 0x and 40 hex digits, with the right checksum when in mixed case",
            ConfigurationKeyType.TextList => value is JsArray array && array.Items.All(i => i is JsString or JsUrl) ? null : "takes a list of texts, such as ['a', 'b']",
            _ => value is JsObject ? null : "takes an object or a list",
        };
    }

    private string? NumberFault(JsValue value)
    {
        string kind = Type == ConfigurationKeyType.WholeNumber ? "whole number" : "number";
        if (value is not JsNumber { Value: double n } || !double.IsFinite(n) || (Type == ConfigurationKeyType.WholeNumber && n != Math.Floor(n)))
        {
            return $"takes a {kind}";
        }

        if (n >= Minimum && n <= Maximum)
        {
            return null;
        }

        return (double.IsFinite(Minimum), double.IsFinite(Maximum)) switch
        {
            (true, true) => string.Create(CultureInfo.InvariantCulture, $"takes a {kind} from {Minimum} to {Maximum}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"takes a {kind} of at least {Minimum}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"takes a {kind} of at most {Maximum}"),
        };
    }
}
