using System.Collections.Immutable;
using System.Text.Json;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Contracts.Planning;
using OrleansRelease.Core.Catalogue;
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
        ImmutableArray<ServiceManifest> services = [.. manifests.OfType<ServiceManifest>()];
        if (services.Any(service => !Requirements.Of(service).IsEmpty)
            && await grains.GetGrain<IPlannerGrain>(0).CheckRequirementsAsync(services, CancellationToken.None)
                is { } cycle)
        {
            return cycle;
        }

        var tried = await grains.ApplyAllAsync(manifests, ifMatch, caller, dryRun: true);
        return caller.DryRun || tried.RefusalOrNull is not null
            ? tried
            : await grains.ApplyAllAsync(manifests, ifMatch, caller, dryRun: false);
    }

    private static async Task<Answer<ManifestChanges>> ApplyAllAsync(
        this IGrainFactory grains, IReadOnlyList<Manifest> manifests, string? ifMatch, Caller caller, bool dryRun)
    {
        var changes = ImmutableArray.CreateBuilder<ManifestChange>();
        foreach (var manifest in manifests)
        {
            var key = ManifestKey.Of(manifest.Kind, manifest.Name);
            var answer = await grains.GetGrain<IManifestGrain>(key.ToString())
                .ApplyAsync(Vocabulary.Write(manifest), ifMatch, caller.Command(), dryRun, CancellationToken.None);
            if (answer is not Answer<AppliedManifest>.Accepted { Value: var applied }) return answer.RefusalOrNull!;
            var change = ChangeOf(manifest, applied);
            // Of two passes one is answered.
            changes.Add(manifest is ReleaseManifest release && dryRun == caller.DryRun
                ? change with { Notes = await grains.NotesAsync(release, manifests) }
                : change);
        }

        return new ManifestChanges(dryRun, changes.ToImmutable());
    }

    private static async Task<ImmutableArray<string>?> NotesAsync(
        this IGrainFactory grains, ReleaseManifest release, IReadOnlyList<Manifest> beside)
    {
        var notes = await grains.GetGrain<IPlannerGrain>(0)
            .NotesOnAsync(release, [.. beside], CancellationToken.None);
        return notes.IsEmpty ? null : notes;
    }

    private static ManifestChange ChangeOf(Manifest manifest, AppliedManifest applied)
    {
        if (applied.Previous == Vocabulary.Write(manifest))
            return new(manifest.Kind, manifest.Name, ChangeKind.Unchanged, applied.ContentHash, []);
        return new(
            manifest.Kind, manifest.Name, applied.Previous is null ? ChangeKind.Created : ChangeKind.Changed,
            applied.ContentHash,
            [.. ManifestDiff.Of(Read(applied.Previous), manifest).Select(line => line.ToString())]);
    }

    // What cannot be read is replaced as a whole.
    private static Manifest? Read(string? content)
    {
        try
        {
            return content is null ? null : Vocabulary.Read<Manifest>(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
