using System.Globalization;
using System.Xml.Linq;

namespace DcpWorker.Engine.Services.Registration.Launchd;

/// <summary>Apple's property lists as XML. Source: plist(5).</summary>
internal static class PropertyList
{
    /// <summary>The text of a list whose outermost element is a dictionary.</summary>
    public static string Write(XElement[] dictionary)
    {
        XElement plist = new("plist", new XAttribute("version", "1.0"), Of(dictionary));
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
            + plist.ToString().ReplaceLineEndings("\n") + "\n";
    }

    public static XElement Of(XElement[] dictionary) => new("dict", dictionary.Cast<object>().ToArray());

    public static XElement[] Dictionary(Dictionary<string, XElement> entries) => [.. entries.SelectMany(e => new[] { new XElement("key", e.Key), e.Value })];

    public static XElement Text(string text) => new("string", text);

    public static XElement Texts(IEnumerable<string> texts) => new("array", texts.Select(Text).Cast<object>().ToArray());

    public static XElement Texts(Dictionary<string, string> texts) => Of(Dictionary(texts.ToDictionary(t => t.Key, t => Text(t.Value))));

    public static XElement Number(int number) => new("integer", number.ToString(CultureInfo.InvariantCulture));

    public static XElement Flag(bool flag) => new(flag ? "true" : "false");
}
