namespace OrleansRelease.Core.Durability;

/// <summary>By what immutable texts are known: specifications and manifests.</summary>
public static class ContentHash
{
    public static string Of(string text) => "sha256:" + TransitionHash.Of(text);
}
