using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>Where a secret is, as words of a script: what is in it stands in none.</summary>
internal static class SecretByHand
{
    public static (string Kind, string Name) Of(SecretRef? reference) => reference switch
    {
        { Env: { } variable } => ("env", variable),
        { File: { } path } => ("file", Path.GetFullPath(path)),
        _ => ("none", ""),
    };
}
