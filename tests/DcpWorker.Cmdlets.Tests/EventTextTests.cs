using System.Reflection;
using DcpWorker.Engine.InetDaemon.Events;
using DcpWorker.Engine.Serialization;
using DcpWorker.Engine.Supervision.Events;

namespace DcpWorker.Cmdlets.Tests;

public sealed class EventTextTests
{
    private static readonly HashSet<Type> SayAllByTheirName = [typeof(EvaluatorUp), typeof(InetDaemonStopped)];

    public static TheoryData<Type> WorkerEvents => [.. Heirs<WorkerEvent>()];

    public static TheoryData<Type> DaemonEvents => [.. Heirs<InetDaemonEvent>()];

    [Theory]
    [MemberData(nameof(WorkerEvents))]
    public void Every_event_of_a_worker_has_a_line(Type type) =>
        Assert.Equal(SayAllByTheirName.Contains(type), WorkerEventText.Describe((WorkerEvent)Make(type)!).Length == 0);

    [Theory]
    [MemberData(nameof(DaemonEvents))]
    public void Every_event_of_an_inet_daemon_has_a_line(Type type) =>
        Assert.Equal(SayAllByTheirName.Contains(type), InetDaemonEventText.Describe((InetDaemonEvent)Make(type)!).Length == 0);

    [Theory]
    [InlineData("two\nlines", "two lines")]
    [InlineData("\u001b[2Jcleared", " [2Jcleared")]
    [InlineData("right\u202eto left", "right to left")]
    [InlineData("plain – text é 漢", "plain – text é 漢")]
    public void Text_from_the_network_cannot_play_with_the_terminal(string text, string shown) => Assert.Equal(shown, OneLine.Of(text));

    [Fact]
    public void A_very_long_line_is_cut() => Assert.True(OneLine.Of(new string('x', 1_000_000)).Length < 1100);

    [Fact]
    public void What_a_work_function_writes_is_shown_as_it_would_be_by_a_console()
    {
        SliceConsole e = new(DateTimeOffset.UnixEpoch, "j", 7, 1, "log", new JsArray("text", 1.5, new JsObject { ["a"] = true }));
        Assert.Equal("slice 7 console.log: text 1.5 {\"a\":true}", WorkerEventText.Describe(e));
    }

    private static IEnumerable<Type> Heirs<T>() => typeof(T).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(T)));

    // A value of each kind that events hold; the texts are what has to show up.
    private static object? Make(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Value(p.ParameterType))]);
    }

    private static object? Value(Type type) => type switch
    {
        _ when type == typeof(string) => "text",
        _ when type == typeof(Uri) => new Uri("http://localhost/"),
        _ when type == typeof(JsValue) => new JsArray("text"),
        _ when type == typeof(IReadOnlyDictionary<string, int>) => new Dictionary<string, int> { ["j"] = 2 },
        _ when type.IsValueType => Activator.CreateInstance(Nullable.GetUnderlyingType(type) ?? type),
        _ => null,
    };
}
