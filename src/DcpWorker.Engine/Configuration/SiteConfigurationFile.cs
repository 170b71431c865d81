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

        string newLine = text?.Contains("\r\n", StringComparison.Ordinal) == true ? "\r\n" : "\n";
        if (string.IsNullOrWhiteSpace(text))
        {
            text = $"// What this site sets differently from dcp-default-config.js.{newLine}{{{newLine}}}{newLine}";
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

    /// <summary>JavaScript source of a value: URLs as <c>url('…')</c>, texts in quotes.</summary>
    public static string Expression(JsValue value) => value switch
    {
        JsUndefined => "undefined",
        JsUrl url => $"url({JsonWriter.Quote(url.Href)})",
        _ => JsonWriter.Write(value),
    };

    private static string Insert(string text, ObjectLiteral.Member holder, string[] names, string expression, string newLine)
    {
        int close = holder.ValueEnd - 1;
        int last = JavaScriptText.TrimBlankBefore(text, holder.ValueStart, close);
        bool empty = last == holder.ValueStart + 1;
        bool needsComma = !empty && text[last - 1] != ',';
        string indent = new(' ', IndentOf(text, holder.ValueStart) + 2);
        StringBuilder member = new();
        for (int i = 0; i < names.Length; i++)
        {
            string key = names[i].All(c => c != '-') ? names[i] : JsonWriter.Quote(names[i]);
            member.Append(newLine).Append(indent).Append(' ', 2 * i).Append(key).Append(": ")
                .Append(i < names.Length - 1 ? "{" : expression + ",");
        }

        for (int i = names.Length - 2; i >= 0; i--)
        {
            member.Append(newLine).Append(indent).Append(' ', 2 * i).Append("},");
        }

        // after the last member and the comment on its line, before the closing brace
        int lineEnd = text.IndexOf('\n', last);
        int at = lineEnd < 0 || lineEnd > close ? last : (lineEnd > 0 && text[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd);
        string gap = text[at..close];
        if (!gap.Contains('\n', StringComparison.Ordinal))
        {
            // the brace stood on the last member's line: it gets one of its own
            gap = (string.IsNullOrWhiteSpace(gap) ? "" : gap) + newLine + indent[2..];
        }

        return $"{text[..last]}{(needsComma ? "," : "")}{text[last..at]}{member}{gap}{text[close..]}";
    }

    private static int IndentOf(string text, int position)
    {
        int lineStart = position == 0 ? 0 : text.LastIndexOf('\n', position - 1) + 1;
        int indent = 0;
        while (lineStart + indent < position && text[lineStart + indent] == ' ')
        {
            indent++;
        }

        return indent;
    }
}
