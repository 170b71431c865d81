using System.CommandLine;
using DcpWorker.Engine.Services.Registration;

namespace DcpWorker.Cli.Services;

/// <summary>Which services a verb is about.</summary>
internal static class ServiceArgument
{
    public static readonly Argument<string[]> Services = Make();

    /// <summary>The services that are named, or all; in the order in which they are started.</summary>
    public static IReadOnlyList<DcpService> Of(ParseResult parsed)
    {
        string[] names = parsed.GetValue(Services) ?? [];
        return [.. DcpServices.All.Where(s => names.Length == 0 || names.Contains(DcpServices.NameOf(s)))];
    }

    private static Argument<string[]> Make()
    {
        Argument<string[]> argument = new("SERVICE") { Description = "worker, inet-daemon; both when none is named.", Arity = ArgumentArity.ZeroOrMore };
        argument.AcceptOnlyFromAmong([.. DcpServices.All.Select(DcpServices.NameOf)]);
        return argument;
    }
}
