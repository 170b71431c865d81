using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace DcpWorker.Engine.Diagnostics.Host;

/// <summary>Whether a certificate is to be trusted, and for how long still. Nothing is sent over the connection.</summary>
internal sealed class TlsCheck(HostExaminationOptions options, TimeProvider time)
{
    public Task<HostCheck> RunAsync(Uri location, CheckRunner runner, CancellationToken cancellationToken) => runner.LookAsync(
        HostCheckNames.Tls,
        location.Authority,
        "Check that this is the scheduler's port, and that no proxy stands in between.",
        options.Timeout,
        ct => LookAsync(location, ct),
        cancellationToken);

    private async Task<Finding> LookAsync(Uri location, CancellationToken cancellationToken)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(location.IdnHost, location.Port, cancellationToken).ConfigureAwait(false);
        X509Certificate2? shown = null;
        string? fault = null;
        using SslStream stream = new(new NetworkStream(socket), leaveInnerStreamOpen: false);
        SslClientAuthenticationOptions client = new()
        {
            TargetHost = location.IdnHost,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                shown = certificate is null ? null : new X509Certificate2(certificate);
                fault = Describe(errors, chain);
                return errors == SslPolicyErrors.None;
            },
        };
        try
        {
            await stream.AuthenticateAsClientAsync(client, cancellationToken).ConfigureAwait(false);
            return Judge(location, shown!, fault, stream.SslProtocol.ToString());
        }
        catch (AuthenticationException) when (shown is not null && fault is not null)
        {
            return Judge(location, shown, fault, "");
        }
        finally
        {
            shown?.Dispose();
        }
    }

    private Finding Judge(Uri location, X509Certificate2 certificate, string? fault, string protocol)
    {
        string name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        string issuer = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        if (fault is not null)
        {
            return Finding.Failed(
                "CertificateUntrusted",
                $"{location.Authority} shows the certificate '{name}' of '{issuer}', which is not to be trusted: {fault}",
                "Check that this is the scheduler's location; have its certificate renewed, or install the authority's certificate (ca-certificates).");
        }

        TimeSpan left = certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
        string detail = $"{protocol}, certificate '{name}' of '{issuer}', good for {(int)left.TotalDays} days.";
        return left < options.CertificateTolerance
            ? Finding.Warning("CertificateExpires", detail, "Tell those who run the scheduler to renew it.")
            : Finding.Passed(detail);
    }

    private static string? Describe(SslPolicyErrors errors, X509Chain? chain)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        List<string> reasons = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            reasons.Add("there is none.");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add("it is for another name.");
        }

        reasons.AddRange(chain?.ChainStatus.Select(s => s.StatusInformation.Trim()).Where(s => s.Length > 0).Distinct() ?? []);
        return string.Join(' ', reasons);
    }
}
