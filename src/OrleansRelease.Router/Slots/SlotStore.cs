using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Files;

namespace OrleansRelease.Router.Slots;

/// <summary>One file per slot, in the shape of the body that set it.</summary>
internal sealed class SlotStore
{
    private const string Suffix = ".json";

    private readonly string _folder;

    public SlotStore(string dataFolder)
    {
        _folder = Path.Combine(dataFolder, "slots");
        Directory.CreateDirectory(_folder);
    }

    public void Write(SlotKey slot, SlotConfiguration configuration) =>
        AtomicFile.Write(Path.Combine(_folder, slot + Suffix), Vocabulary.Write(configuration));

    /// <summary>
    /// A file that cannot be read stops the start: going on without its fence would let an older change through.
    /// </summary>
    public IEnumerable<(SlotKey Slot, SlotConfiguration Configuration)> Read()
    {
        // What a crash left half written was never acknowledged.
        AtomicFile.DeleteHalfWritten(_folder);
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            var slot = SlotKey.Parse(Path.GetFileNameWithoutExtension(path))
                ?? throw new FormatException($"{path} is not named after a slot");
            var stored = SlotRules.Read(File.ReadAllBytes(path), out var problem)
                ?? throw new FormatException($"{path} cannot be read: {problem?.Title}");
            yield return (slot, stored.Configuration);
        }
    }

    /// <summary>For the drill in which a router forgets.</summary>
    public void Forget()
    {
        foreach (var path in Directory.EnumerateFiles(_folder)) File.Delete(path);
    }
}
