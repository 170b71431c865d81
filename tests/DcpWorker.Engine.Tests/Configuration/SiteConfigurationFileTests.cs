using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Configuration;

public sealed class SiteConfigurationFileTests
{
    [Theory]
    [InlineData("worker.maxSandboxes", "3", "{\n  worker: { maxSandboxes: 2, /* two */ jobIds: [] }, // end\n}\n", "{\n  worker: { maxSandboxes: 3, /* two */ jobIds: [] }, // end\n}\n")]
    [InlineData("worker.x", "1", "{\n  worker: {\n    a: 1 // no comma\n  }\n}", "{\n  worker: {\n    a: 1, // no comma\n    x: 1,\n  }\n}")]
    [InlineData("b", "1", "{ a: 'x, }' }", "{ a: 'x, }',\n  b: 1,\n}")]
    [InlineData("a.b.c", "true", "/* head */\n{\n}\n", "/* head */\n{\n  a: {\n    b: {\n      c: true,\n    },\n  },\n}\n")]
    [InlineData("a.b", "2", "{\r\n  a: {\r\n    z: 1,\r\n  },\r\n}\r\n", "{\r\n  a: {\r\n    z: 1,\r\n    b: 2,\r\n  },\r\n}\r\n")]
    [InlineData("a.b", "2", "{ 'a': { \"b\" : f(1, {b: 3}) /* kept */ } }", "{ 'a': { \"b\" : 2 /* kept */ } }")]
    // comments belong to the member before them, over however many lines
    [InlineData("w.b", "5", "{\n  w: { a: 3 /* three\n   of them */\n  }\n}\n", "{\n  w: { a: 3, /* three\n   of them */\n    b: 5,\n  }\n}\n")]
    [InlineData("b", "1", "{ /* nothing */ }", "{ /* nothing */\n  b: 1,\n}")]
    [InlineData("b", "1", "{ a: 1 /* one */ }", "{ a: 1, /* one */\n  b: 1,\n}")]
    [InlineData("b", "1", "// nothing yet", "// nothing yet\n{\n  b: 1,\n}\n")]
    [InlineData("w.b", "5", "{\n  // x\u2028  w: { a: 3 },\n}\n", "{\n  // x\u2028  w: { a: 3,\n    b: 5,\n  },\n}\n")]
    [InlineData("w.b", "5", "// mac\r{\r  w: { a: 3 },\r}\r", "// mac\r{\r  w: { a: 3,\r    b: 5,\r  },\r}\r")]
    // regular expressions, whatever is in them
    [InlineData("w.b", "5", "{\n  w: {\n    g: [{ d: /o'brien/ }],\n  },\n}\n", "{\n  w: {\n    g: [{ d: /o'brien/ }],\n    b: 5,\n  },\n}\n")]
    [InlineData("w.b", "5", "{\n  w: {\n    g: [{ d: /llvmpipe\\/*/ }],\n  },\n}\n", "{\n  w: {\n    g: [{ d: /llvmpipe\\/*/ }],\n    b: 5,\n  },\n}\n")]
    [InlineData("w.b", "5", "{ p: { h: /http:\\/\\//, k: /[/\"`]}/u }, w: {} }", "{ p: { h: /http:\\/\\//, k: /[/\"`]}/u }, w: {\n  b: 5,\n} }")]
    [InlineData("w.b", "5", "{ p: (() => { return /}/.source; })(), w: { a: 12 / 4, x: (8) / 2 /1, y: [1] / 'z' } }", "{ p: (() => { return /}/.source; })(), w: { a: 12 / 4, x: (8) / 2 /1, y: [1] / 'z',\n  b: 5,\n} }")]
    // templates within templates
    [InlineData("w.b", "5", "{\n  p: { n: `a${ ['}', `}`].join('') }b` },\n  w: { a: `${ { x: `}` }.x }` },\n}\n", "{\n  p: { n: `a${ ['}', `}`].join('') }b` },\n  w: { a: `${ { x: `}` }.x }`,\n    b: 5,\n  },\n}\n")]
    // the last of several is the one that counts
    [InlineData("w.b", "5", "{\n  w: { b: 2 },\n  // later\n  w: { a: 3 },\n}\n", "{\n  w: { b: 2 },\n  // later\n  w: { a: 3,\n    b: 5,\n  },\n}\n")]
    [InlineData("w.b", "5", "{ w: { b: 2, b: 3 } }", "{ w: { b: 2, b: 5 } }")]
    // names that are no part of a path
    [InlineData("w.b", "5", "{\n  'w.b': 9,\n  '': { b: 1 },\n}\n", "{\n  'w.b': 9,\n  '': { b: 1 },\n  w: {\n    b: 5,\n  },\n}\n")]
    [InlineData("w.b", "5", "{\n\tw: {\n\t\ta: 3,\n\t},\n}\n", "{\n\tw: {\n\t\ta: 3,\n\t\tb: 5,\n\t},\n}\n")]
    public void A_change_leaves_every_other_byte_as_it_was(string path, string expression, string before, string after) =>
        Assert.Equal(after, SiteConfigurationFile.Change(before, path, expression, "site.js"));

    [Fact]
    public async Task What_was_set_is_what_is_read()
    {
        using Site site = new();
        (string Path, JsValue Value)[] changes =
        [
            ("worker.maxSandboxes", 3),
            ("worker.utilization.cpu", 0.5),
            ("scheduler.location", new JsUrl("http://127.0.0.1:5/")),
            ("worker.jobIds", JsArray.OfStrings(["a", "b'\"\n"])),
            ("my-section.on", true),
            ("worker.maxSandboxes", 4),
        ];
        string? text = null;
        foreach ((string path, JsValue value) in changes)
        {
            text = SiteConfigurationFile.Change(text, path, SiteConfigurationFile.Expression(value), "site.js");
        }

        site.Write("site", text!);
        ConfigurationTree tree = await site.ReadAsync();
        Assert.Equal(4, tree.Get("worker.maxSandboxes").AsInt32());
        Assert.Equal(0.5, tree.Get("worker.utilization.cpu").AsNumber());
        Assert.Equal("http://127.0.0.1:5/", Assert.IsType<JsUrl>(tree.Get("scheduler.location")).Href);
        Assert.Equal(["a", "b'\"\n"], Assert.IsType<JsArray>(tree.Get("worker.jobIds")).Strings());
        Assert.True(tree.Get("my-section.on").AsBoolean());
    }

    [Theory]
    [InlineData("worker.maxSandboxes = 3", "worker.maxSandboxes")]
    [InlineData("{ worker: Object.assign({}, {a: 1}) }", "worker.maxSandboxes")]
    [InlineData("{ worker: {", "worker.maxSandboxes")]
    [InlineData("{ worker: { a: 1 }.constructor.assign({}, {}) }", "worker.maxSandboxes")]
    [InlineData("{}", "not a path")]
    [InlineData("{}", "a..b")]
    public void What_cannot_be_changed_safely_is_refused(string text, string path) =>
        Assert.Throws<ConfigurationException>(() => SiteConfigurationFile.Change(text, path, "1", "site.js"));
}
