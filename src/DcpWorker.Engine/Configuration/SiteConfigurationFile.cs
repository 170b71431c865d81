using System.Text;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Configuration;

/// <summary>
/// Changes single values of <c>dcp-site-config.js</c> for those who do not want to write JavaScript: comments and all the
/// rest of the file stay byte for byte.
/// </summary>
public static class SiteConfigurationFile
{
    /// <summary>
    /// The text of a site file after <paramref name="path"/> has been set to <paramref name="expression"/>.
    /// </summary>
    /// <param name="text">The text so far; null or blank when there is none.</param>
    /// <param name="path">The dotted path, of identifiers.</param>
    /// <param name="expression">JavaScript source of the value (<see cref="Expression"/>).</param>
    /// <param name="fileName">For messages.</param>
    /// <exception cref="ConfigurationException">The file is not one object literal, or holds something else on the way.</exception>
    public static string Change(string? text, string path, string expression, string fileName)
    {
        if (path.Length == 0 || path.Split('.').Any(p => p.Length == 0 || !p.All(c => char.IsLetterOrDigit(c) || c is '_' or '$' or '-')))
        {
            throw new ConfigurationException($"'{path}' is not the path of a key, such as worker.maxSandboxes.");
        }

        string newLine = NewLine(text ?? "");
        if (string.IsNullOrWhiteSpace(text))
        {
            text = $"// What this site sets differently from dcp-default-config.js.{newLine}{{{newLine}}}{newLine}";
        }
        else if (JavaScriptText.SkipBlank(text, 0) == text.Length)
        {
            text += $"{(JavaScriptText.IsLineEnd(text[^1]) ? "" : newLine)}{{{newLine}}}{newLine}";
        }

        if (!ObjectLiteral.TryScan(text, out ObjectLiteral? literal))
        {
            throw new ConfigurationException(
                "holds statements or an unfinished object, which cannot be changed for you. Edit it by hand.",
                new ConfigurationOrigin(ConfigurationOriginKind.File, fileName));
        }

        if (literal.Members.TryGetValue(path, out ObjectLiteral.Member old) && path.Length > 0)
        {
            return $"{text[..old.ValueStart]}{expression}{text[old.ValueEnd..]}";
        }

        string parent = path;
        do
        {
            parent = parent.Contains('.', StringComparison.Ordinal) ? parent[..parent.LastIndexOf('.')] : "";
        }
        while (!literal.Members.ContainsKey(parent));

        ObjectLiteral.Member holder = literal.Members[parent];
        if (!holder.IsObject)
        {
            throw new ConfigurationException(
                $"{parent} is written there as an expression, so that {path} cannot be set inside it. Edit it by hand.",
                new ConfigurationOrigin(ConfigurationOriginKind.File, fileName, literal.LineOf(parent)));
        }

        string[] rest = path[(parent.Length == 0 ? 0 : parent.Length + 1)..].Split('.');
        return Insert(text, holder, rest, expression, newLine);
    }

    /// <summary>JavaScript source of a value, on one line: URLs as <c>url('…')</c>, texts in quotes, and whatever JSON has no form for.</summary>
    public static string Expression(JsValue value)
    {
        StringBuilder source = new();
        Write(source, value);
        return source.ToString();
    }

    private static void Write(StringBuilder source, JsValue value)
    {
        switch (value)
        {
            case JsUndefined:
                source.Append("undefined");
                break;
            case JsNumber n when !double.IsFinite(n.Value):
                source.Append(EcmaNumber.ToText(n.Value));
                break;
            case JsNumber { Value: 0 } n when double.IsNegative(n.Value):
                source.Append("-0");
                break;
            case JsBigInt big:
                source.Append(big).Append('n');
                break;
            case JsSymbol symbol:
                source.Append("Symbol(").Append(symbol.Description is { } text ? JsonWriter.Quote(text) : "").Append(')');
                break;
            case JsUrl url:
                source.Append("url(").Append(JsonWriter.Quote(url.Href)).Append(')');
                break;
            case JsRegExp pattern:
                source.Append("new RegExp(").Append(JsonWriter.Quote(pattern.Source)).Append(", ").Append(JsonWriter.Quote(pattern.Flags)).Append(')');
                break;
            case JsArray array:
                WriteList(source, '[', array.Items, ']', item => Write(source, item ?? JsValue.Undefined));
                break;
            case JsObject o when o.GetType() == typeof(JsObject):
                WriteList(source, '{', o.InJsOrder(), '}', member =>
                {
                    // written as any other name it would not be a member
                    source.Append(member.Key == "__proto__" ? "[\"__proto__\"]" : JsonWriter.Quote(member.Key)).Append(':');
                    Write(source, member.Value);
                });
                break;
            default:
                source.Append(JsonWriter.Write(value));
                break;
        }
    }

    private static void WriteList<T>(StringBuilder source, char open, IEnumerable<T> items, char close, Action<T> write)
    {
        source.Append(open);
        bool first = true;
        foreach (T item in items)
        {
            source.Append(first ? "" : ",");
            first = false;
            write(item);
        }

        source.Append(close);
    }

    private static string Insert(string text, ObjectLiteral.Member holder, string[] names, string expression, string newLine)
    {
        int close = holder.ValueEnd - 1;
        int last = holder.Last!.Value;
        bool needsComma = last > holder.ValueStart + 1 && text[last - 1] != ',';
        string outer = IndentOf(text, holder.ValueStart);
        string step = outer.Contains('\t', StringComparison.Ordinal) || (outer.Length == 0 && HasTabs(text)) ? "\t" : "  ";
        StringBuilder member = new();
        string indent = outer + step;
        for (int i = 0; i < names.Length; i++)
        {
            string key = !names[i].Contains('-', StringComparison.Ordinal) && !char.IsAsciiDigit(names[i][0]) ? names[i] : JsonWriter.Quote(names[i]);
            member.Append(newLine).Append(indent).Append(key).Append(": ").Append(i < names.Length - 1 ? "{" : expression + ",");
            indent += i < names.Length - 1 ? step : "";
        }

        for (int i = names.Length - 2; i >= 0; i--)
        {
            indent = indent[..^step.Length];
            member.Append(newLine).Append(indent).Append("},");
        }

        // after the last member and the comments of its line, before the closing brace
        int at = JavaScriptText.SkipCommentsOfLine(text, last);
        string gap = text[at..close];
        if (!gap.Any(JavaScriptText.IsLineEnd))
        {
            // the brace stood on the last member's line: it gets one of its own
            gap = (string.IsNullOrWhiteSpace(gap) ? "" : gap) + newLine + outer;
        }

        return $"{text[..last]}{(needsComma ? "," : "")}{text[last..at]}{member}{gap}{text[close..]}";
    }

    private static string NewLine(string text) =>
        text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n"
        : text.Contains('\r', StringComparison.Ordinal) && !text.Contains('\n', StringComparison.Ordinal) ? "\r" : "\n";

    private static string IndentOf(string text, int position)
    {
        int lineStart = position;
        while (lineStart > 0 && !JavaScriptText.IsLineEnd(text[lineStart - 1]))
        {
            lineStart--;
        }

        return new string([.. text[lineStart..position].TakeWhile(c => c is ' ' or '\t')]);
    }

    private static bool HasTabs(string text) =>
        text.StartsWith('\t') || text.Contains("\n\t", StringComparison.Ordinal) || text.Contains("\r\t", StringComparison.Ordinal);
}
