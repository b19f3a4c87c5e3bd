using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Catalogue;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Catalogue;

[GrainType(Kinds.Manifest)]
internal sealed class ManifestGrain(
    [PersistentState(Kinds.Manifest, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, ILogger<ManifestGrain> logger)
    : DurableGrain<ManifestState, ManifestInput, ManifestEvent>(storage, around, logger), IManifestGrain
{
    protected override string Kind => Kinds.Manifest;

    protected override IDecider<ManifestState, ManifestInput, ManifestEvent> Decider { get; } = new CatalogueDecider();

    public async Task<Answer<AppliedManifest>> ApplyAsync(
        string content, string? ifMatch, Command command, bool dryRun, CancellationToken cancellation)
    {
        if (NewWordsIn(content) is { } words && await Around.Format.CheckAsync(
            RowFormat.Holding, $"{words} in {Key}", cancellation) is { } refusal)
        {
            return refusal;
        }

        // Stored before it is named: a crash in between leaves a text that nobody refers to.
        var hash = await Around.Specs.PutAsync(content, cancellation);
        var input = new ManifestInput.Apply(ManifestKey.From(Key), hash, ifMatch);
        var answer = await StepAsync(input, command, dryRun);
        if (answer is not Answer<Stepped<ManifestState>>.Accepted { Value: var stepped }) return answer.RefusalOrNull!;

        // A repeated command is answered as before, whatever has been applied since.
        var applied = stepped.Answer ?? hash;
        var previous = stepped.Before is { } before ? before.State?.ContentHash : applied;
        return new AppliedManifest(
            applied, previous is null ? null : await Around.Specs.GetAsync(previous, cancellation),
            stepped.Row.Sequence);
    }

    public async Task<Answer<ManifestView>> GetAsync(CancellationToken cancellation)
    {
        var found = Read(row => new ManifestView(row.State!, row.Sequence, ""));
        if (found is not Answer<ManifestView>.Accepted { Value: var view }) return found;
        var content = await Around.Specs.GetAsync(view.State.ContentHash, cancellation);
        return content is null
            ? new Refusal(RefusalCodes.NotFound, $"the content of {view.State.Key} is not in the store")
            : view with { Content = content };
    }

    // What cannot be read says so where it is used.
    private static string? NewWordsIn(string content)
    {
        try
        {
            return NewWords.In(Vocabulary.Read<Manifest>(content));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}
