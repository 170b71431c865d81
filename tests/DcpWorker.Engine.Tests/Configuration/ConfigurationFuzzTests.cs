using System.Text;
using DcpWorker.Engine.Configuration;
using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Configuration;

/// <summary>Random trees and random damage: what people and programs write into files that is not in the manual.</summary>
public sealed class ConfigurationFuzzTests
{
    private const string Sound = """
        // a site's own
        {
          scheduler: { location: url('https://scheduler.example/'), /* once */ },
          portal: { name: `a${ ['}', `}`].join('') }b`, hide: /http:\/\/o'brien\/*/ },
          worker: {
            maxSandboxes: 3, jobIds: ['a', "b\"c"], paymentAddress: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf',
            minimumWage: { CPU: 0.5, GPU: 1e-3, } /* which
              is little */, bannedGPUs: [{ device: /"[/`]/i }],
          },
          evaluator: { listen: url(`tcp://localhost:9000`) },
          'a-section': { on: true, off: null, pattern: /[{}]/g, },
        }
        """;

    private static readonly string[] Words =
    [
        "null", "{", "}", "[", "]", "(", ")", "'", "\"", "`", "/*", "*/", "//", "/", "\\", "${", ",", ":", ";", "=", "=>", "...", "get x() {", "__proto__: ", "\0", "\ufffd",
        "while(1);", "require('fs')", "process.exit()", "1e999", "-", "\u2028", "\r", "constructor.constructor('return this')()", "Infinity", "undefined",
    ];

    [Fact]
    public void Five_thousand_damaged_site_files_are_each_changed_in_one_place_or_refused_with_one_reason()
    {
        Random random = new(11);
        int changed = 0;
        int refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            string text = Damaged(random);
            try
            {
                string after = SiteConfigurationFile.Change(text, "worker.maxSandboxes", "7", "site.js");
                Assert.Contains("7", after, StringComparison.Ordinal);
                // the second time there is nothing to add, so that the rest of the file must stand as it is
                Assert.Equal(after, SiteConfigurationFile.Change(after, "worker.maxSandboxes", "7", "site.js"));
                changed++;
            }
            catch (ConfigurationException e)
            {
                Assert.Contains("site.js", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(changed, 500, 4500);
        Assert.InRange(refused, 500, 4500);
    }

    [Fact]
    public async Task Damaged_files_are_read_or_are_one_error_that_names_the_file_and_what_is_changed_is_what_is_read()
    {
        Random random = new(12);
        string[] texts = [.. Enumerable.Range(0, 120).Select(_ => Damaged(random))];
        int read = 0;
        int refused = 0;
        int changed = 0;
        await Parallel.ForEachAsync(texts, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (text, _) =>
        {
            using Site site = new();
            string path = site.Write("site", text);
            ConfigurationTree before;
            try
            {
                before = await site.ReadAsync();
                Interlocked.Increment(ref read);
            }
            catch (ConfigurationException e)
            {
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
                Interlocked.Increment(ref refused);
                return;
            }

            try
            {
                (await SiteConfigurationChange.ProveAsync(site.Sources, path, "worker.maxSandboxes", 7, Site.Evaluator, CancellationToken.None)).Write();
            }
            catch (Exception e) when (e is ConfigurationException or ConfigurationValueException)
            {
                // statements, say, which only their author can change
                Assert.Equal(text, File.ReadAllText(path));
                return;
            }

            ConfigurationTree after = await site.ReadAsync();
            Assert.Equal(7, after.Get("worker.maxSandboxes").AsInt32());
            Assert.Equal(Others(before), Others(after));
            Interlocked.Increment(ref changed);
        });

        Assert.InRange(changed, 10, 110);

        Assert.InRange(read, 10, 110);
        Assert.InRange(refused, 10, 110);
    }

    [Fact]
    public async Task Random_trees_are_read_as_they_were_set()
    {
        Random random = new(13);
        Dictionary<string, JsValue> set = new(StringComparer.Ordinal);
        string? text = "// head\n{\n  kept: [1, /* two */ 2],\n}\n";
        for (int i = 0; i < 300; i++)
        {
            string path = $"s{random.Next(20)}.k{random.Next(30)}.v{i}";
            set[path] = RandomValue(random, 3);
            text = SiteConfigurationFile.Change(text, path, SiteConfigurationFile.Expression(set[path]), "site.js");
        }

        Assert.StartsWith("// head\n{\n  kept: [1, /* two */ 2],\n", text, StringComparison.Ordinal);
        using Site site = new();
        site.Write("site", text);
        ConfigurationTree tree = await site.ReadAsync();
        foreach ((string path, JsValue value) in set)
        {
            Assert.Equal(JsonWriter.Write(value), JsonWriter.Write(tree.Get(path)));
        }
    }

    private static List<string> Others(ConfigurationTree tree) =>
        [.. tree.Keys().Where(k => k != "worker.maxSandboxes" && tree.OriginOf(k)?.IsDefault == false).Select(k => $"{k} = {JsonWriter.Write(tree.Get(k))}").Order(StringComparer.Ordinal)];

    private static string Damaged(Random random)
    {
        StringBuilder text = new(Sound);
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(6))
            {
                case 0:
                    text.Length = at + 1;
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                    break;
                case 2:
                    text.Insert(at, Words[random.Next(Words.Length)]);
                    break;
                case 3:
                    text[at] = (char)random.Next(32, 127);
                    break;
                case 4:
                    text.Insert(at, $" /* {Words[random.Next(6)]} */ ");
                    break;
                default:
                    int line = text.ToString().IndexOf('\n', at);
                    text.Insert(line < 0 ? text.Length : line + 1, "  // a remark, with ' and {\n");
                    break;
            }
        }

        return text.ToString();
    }

    private static JsValue RandomValue(Random random, int depth) => random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => random.Next(-1000, 1000),
        1 => random.NextDouble() * Math.Pow(10, random.Next(-20, 20)),
        2 => random.Next(2) == 0,
        3 => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(1, 0x2100))),
        4 => Words[random.Next(Words.Length)],
        5 => random.NextInt64(),
        6 => JsArray.OfStrings(Enumerable.Range(0, random.Next(4)).Select(i => $"{i}'\"\\")),
        _ => new JsObject { ["a"] = RandomValue(random, depth - 1), ["b c"] = RandomValue(random, depth - 1), ["0"] = RandomValue(random, depth - 1) },
    };
}
