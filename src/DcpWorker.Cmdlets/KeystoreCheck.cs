using DcpWorker.Engine.Diagnostics;

namespace DcpWorker.Cmdlets;

/// <summary>What one check of a keystore found.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The check: Format, Address, FileMode, EmptyPassphrase or Passphrase.</param>
/// <param name="Status">Its outcome.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do about it; null unless the check failed.</param>
public sealed record KeystoreCheck(string Path, string Name, CheckStatus Status, string Detail, string? Remedy = null);
