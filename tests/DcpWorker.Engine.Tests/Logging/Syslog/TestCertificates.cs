using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DcpWorker.Engine.Tests.Logging.Syslog;

/// <summary>An authority (ca.pem), a server that it vouches for under the name localhost (server.pem, server.key), and another authority (other-ca.pem).</summary>
internal static class TestCertificates
{
    public static void Write(string folder)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using RSA caKey = RSA.Create(2048);
        using X509Certificate2 ca = Authority("CN=Test authority", caKey, now);
        using RSA otherKey = RSA.Create(2048);
        using X509Certificate2 other = Authority("CN=Another authority", otherKey, now);
        using RSA serverKey = RSA.Create(2048);
        CertificateRequest request = new("CN=loghost", serverKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 server = request.Create(ca, now.AddHours(-1), now.AddHours(12), [1, 2, 3]);

        File.WriteAllText(Path.Combine(folder, "ca.pem"), ca.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "other-ca.pem"), other.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.pem"), server.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "server.key"), serverKey.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 Authority(string name, RSA key, DateTimeOffset now)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(now.AddHours(-2), now.AddHours(24));
    }
}
