using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Manifests;

/// <summary>How manifests are read and written, one by one.</summary>
internal static class ManifestStore
{
    public static Task<Answer<ManifestView>> ManifestAsync(
        this IGrainFactory grains, ManifestKey key, CancellationToken cancellation) =>
        grains.GetGrain<IManifestGrain>(key.ToString()).GetAsync(cancellation);

    /// <summary>
    /// All of a file, or nothing of it where one is refused: each is tried before the first is written. What fails in
    /// between is repeated with the same key.
    /// </summary>
    public static async Task<Answer<ManifestChanges>> ApplyAsync(
        this IGrainFactory grains, IReadOnlyList<Manifest> manifests, string? ifMatch, Caller caller)
    {
        var changes = new List<ManifestChange>();
        foreach (var manifest in manifests)
        {
            var tried = await grains.ApplyAsync(manifest, ifMatch, caller.Command(), dryRun: true);
            if (tried is not Answer<ManifestChange>.Accepted { Value: var change }) return tried.RefusalOrNull!;
            changes.Add(change);
        }

        foreach (var manifest in caller.DryRun ? [] : manifests)
        {
            var applied = await grains.ApplyAsync(manifest, ifMatch, caller.Command(), dryRun: false);
            if (applied.RefusalOrNull is { } refusal) return refusal;
        }

        return new ManifestChanges(caller.DryRun, [.. changes]);
    }

    private static async Task<Answer<ManifestChange>> ApplyAsync(
        this IGrainFactory grains, Manifest manifest, string? ifMatch, Command command, bool dryRun)
    {
        var key = ManifestKey.Of(manifest.Kind, manifest.Name);
        var before = await grains.ManifestAsync(key, CancellationToken.None);
        if (before.RefusalOrNull is { } unreadable && unreadable.Code != RefusalCodes.NotFound) return unreadable;
        var content = Vocabulary.Write(manifest);
        var applied = await grains.GetGrain<IManifestGrain>(key.ToString())
            .ApplyAsync(content, ifMatch, command, dryRun, CancellationToken.None);
        return applied.Map(after => ChangeOf(before as Answer<ManifestView>.Accepted, manifest, after));
    }

    private static ManifestChange ChangeOf(
        Answer<ManifestView>.Accepted? before, Manifest manifest, ManifestView after)
    {
        var old = before is null ? null : Vocabulary.Read<Manifest>(before.Value.Content);
        var kind = before is null ? ChangeKind.Created
            : before.Value.State.ContentHash == after.State.ContentHash ? ChangeKind.Unchanged
            : ChangeKind.Changed;
        return new(
            manifest.Kind, manifest.Name, kind, after.State.ContentHash,
            kind == ChangeKind.Unchanged ? [] : [.. ManifestDiff.Of(old, manifest).Select(line => line.ToString())]);
    }
}
