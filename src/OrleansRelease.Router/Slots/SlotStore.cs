using System.Collections.Immutable;
using System.Text.Json;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Files;

namespace OrleansRelease.Router.Slots;

/// <summary>
/// One file per slot, in the shape of the body that set it; what it sheds is in a file of its own, and so is the fence
/// of one that was closed and never set. A router of a build before refuses to start over a word that it does not know,
/// and all its slots would be down: so it starts without it.
/// </summary>
internal sealed class SlotStore
{
    private const string Suffix = ".json";

    private readonly string _folder;
    private readonly string _shedding;
    private readonly string _closed;

    public SlotStore(string dataFolder)
    {
        _folder = Path.Combine(dataFolder, "slots");
        _shedding = Path.Combine(dataFolder, "shedding");
        _closed = Path.Combine(dataFolder, "closed");
        Directory.CreateDirectory(_folder);
        Directory.CreateDirectory(_shedding);
        Directory.CreateDirectory(_closed);
    }

    /// <summary>
    /// What counts is the file of the slot: what is shed by another fence than it names is not. So a crash between the
    /// two files leaves all of the one configuration or all of the other.
    /// </summary>
    public void Write(SlotKey slot, SlotConfiguration configuration, SlotConfiguration? before = null)
    {
        var closed = Path.Combine(_closed, slot + Suffix);
        if (configuration.Weights.IsEmpty)
        {
            AtomicFile.Write(closed, Vocabulary.Write(configuration.Fence));
            return;
        }

        var beside = Path.Combine(_shedding, slot + Suffix);
        if (configuration.Shedding is not null)
        {
            Directory.CreateDirectory(_shedding);
            AtomicFile.Write(beside, Vocabulary.Write(ShedBy(configuration).Concat(ShedBy(before)).ToImmutableArray()));
        }

        AtomicFile.Write(
            Path.Combine(_folder, slot + Suffix), Vocabulary.Write(configuration with { Shedding = null }));
        if (configuration.Shedding is null) Delete(beside);
        if (before is { Weights.IsEmpty: true }) Delete(closed);
    }

    /// <summary>
    /// A file that cannot be read stops the start: going on without its fence would let an older change through.
    /// </summary>
    public IEnumerable<(SlotKey Slot, SlotConfiguration Configuration)> Read()
    {
        // What a crash left half written was never acknowledged.
        AtomicFile.DeleteHalfWritten(_folder);
        AtomicFile.DeleteHalfWritten(_shedding);
        AtomicFile.DeleteHalfWritten(_closed);
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            var slot = SlotKey.Parse(Path.GetFileNameWithoutExtension(path))
                ?? throw new FormatException($"{path} is not named after a slot");
            var stored = SlotRules.Read(File.ReadAllBytes(path), out var problem)
                ?? throw new FormatException($"{path} cannot be read: {problem?.Title}");
            yield return (slot, stored.Configuration with { Shedding = SheddingOf(slot, stored.Configuration.Fence) });
        }

        // What was set since has a newer fence.
        foreach (var path in Directory.EnumerateFiles(_closed, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            if (File.Exists(Path.Combine(_folder, Path.GetFileName(path)))) continue;
            var slot = SlotKey.Parse(Path.GetFileNameWithoutExtension(path))
                ?? throw new FormatException($"{path} is not named after a slot");
            yield return (slot, SlotConfiguration.Nothing with { Fence = FenceIn(path) });
        }
    }

    /// <summary>For the drill in which a router forgets.</summary>
    public void Forget()
    {
        foreach (var path in new[] { _folder, _shedding, _closed }.SelectMany(Directory.EnumerateFiles))
            File.Delete(path);
    }

    private static Fence FenceIn(string path)
    {
        try
        {
            return Vocabulary.Read<Fence>(File.ReadAllText(path));
        }
        catch (JsonException unreadable)
        {
            throw new FormatException($"{path} cannot be read: {unreadable.Message}");
        }
    }

    // One that cannot be read keeps no slot from being served: nobody is refused, as by a router of a build before.
    private Shedding? SheddingOf(SlotKey slot, Fence fence)
    {
        try
        {
            var path = Path.Combine(_shedding, slot + Suffix);
            if (!File.Exists(path)) return null;
            var stored = Vocabulary.Read<StoredShedding?[]>(File.ReadAllText(path));
            var shedding = stored.FirstOrDefault(one => one?.Fence == fence)?.Shedding;
            return shedding is null || shedding.Problems.Any() ? null : shedding;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or InvalidOperationException
            or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Tidying up: by its fence it says nothing any more, and no change of weights may fail because of it.
    private static void Delete(string beside)
    {
        try
        {
            File.Delete(beside);
        }
        catch (Exception stays) when (stays is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static ImmutableArray<StoredShedding> ShedBy(SlotConfiguration? configuration) =>
        configuration is { Shedding: { } shedding } ? [new(configuration.Fence, shedding)] : [];

    private sealed record StoredShedding(Fence Fence, Shedding? Shedding);
}
