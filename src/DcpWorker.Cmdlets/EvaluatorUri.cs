using System.Management.Automation;
using DcpWorker.Engine.InetDaemon;

namespace DcpWorker.Cmdlets;

/// <summary>Reads the address of an evaluator as admins write it.</summary>
internal static class EvaluatorUri
{
    /// <summary>
    /// The address with its port filled in: <c>tcp://host[:port]</c>, or <c>host:port</c> alone.
    /// </summary>
    /// <exception cref="CmdletException">It is no such address.</exception>
    public static Uri Complete(Uri uri)
    {
        Uri? full = uri.IsAbsoluteUri && uri.Host.Length > 0 ? uri
            : Uri.TryCreate("tcp://" + uri.OriginalString, UriKind.Absolute, out Uri? guessed) ? guessed : null;
        if (full is not { Scheme: "tcp", Host.Length: > 0 } || full.PathAndQuery.Trim('/').Length > 0)
        {
            throw new CmdletException(
                "EvaluatorUriInvalid",
                ErrorCategory.InvalidArgument,
                $"'{uri.OriginalString}' is not the address of an evaluator. Write tcp://host:port, such as tcp://localhost:9000.",
                uri);
        }

        return full.Port > 0 ? full : new UriBuilder(full) { Port = ListenAddress.DefaultPort }.Uri;
    }
}
