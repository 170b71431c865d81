using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace DcpWorker.Engine.Keystores;

/// <summary>A passphrase as UTF-8 bytes, which are wiped when it is disposed of. It is never printed.</summary>
public sealed class Passphrase : IDisposable
{
    private readonly byte[] _bytes;
    private bool _wiped;

    /// <summary>The passphrase of this text.</summary>
    public Passphrase(ReadOnlySpan<char> text)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(text), pinned: true);
        Encoding.UTF8.GetBytes(text, _bytes);
    }

    /// <summary>The empty passphrase, of identity keystores and of the deposit accounts of large fleets.</summary>
    public static Passphrase Empty { get; } = new([]);

    /// <summary>Whether it is empty.</summary>
    public bool IsEmpty => _bytes.Length == 0;

    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_wiped, this);
            return _bytes;
        }
    }

    /// <summary>The passphrase that a secure string holds.</summary>
    public static Passphrase FromSecureString(SecureString text)
    {
        nint memory = Marshal.SecureStringToGlobalAllocUnicode(text);
        try
        {
            unsafe
            {
                return new Passphrase(new ReadOnlySpan<char>((char*)memory, text.Length));
            }
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
        }
    }

    /// <summary>Whether both are the same; in a time that depends on the lengths only.</summary>
    public bool IsSameAs(Passphrase other) => CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);

    /// <summary>Wipes it. The empty passphrase stays usable.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _wiped = _bytes.Length > 0;
    }

    /// <summary>Never the passphrase.</summary>
    public override string ToString() => IsEmpty ? "no passphrase" : "passphrase";
}
