using OrleansRelease.Core.Manifests.Writing;

namespace OrleansRelease.Core.Manifests;

/// <summary>Writes a manifest as people read it; reading the text gives the manifest back.</summary>
public static class ManifestText
{
    public static string Write(Manifest manifest) => YamlText.Write(LongForm.Of(manifest));

    /// <summary>What is effective, each value with its origin behind it.</summary>
    public static string Write(EffectiveView view) => EffectiveText.Write(view);
}
