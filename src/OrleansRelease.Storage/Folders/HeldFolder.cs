using System.Text.Json;
using OrleansRelease.Core.Json;
using OrleansRelease.Files;

namespace OrleansRelease.Storage.Folders;

/// <summary>
/// The folder of an embedded store, held by this process; who holds it stands in a file beside the lock.
/// </summary>
internal sealed class HeldFolder : IDisposable
{
    private const string HolderFile = "lock.json";

    private readonly string _folder;
    private readonly FolderLock _lock;
    private Holder _holder;

    private HeldFolder(string folder, FolderLock held, Holder holder)
    {
        _folder = folder;
        _lock = held;
        _holder = holder;
        Write();
    }

    private sealed record Holder(int Pid, string Url, DateTimeOffset Since);

    /// <summary>Takes the folder, or says who has it in a <see cref="StoreUnavailableException"/>.</summary>
    public static HeldFolder Take(string folder, string url, TimeProvider time)
    {
        var held = FolderLock.TryTake(folder)
            ?? throw new StoreUnavailableException($"{folder} is in use by {Describe(folder)}");
        return new HeldFolder(folder, held, new Holder(Environment.ProcessId, url, time.GetUtcNow()));
    }

    /// <summary>The address became known after the start.</summary>
    public void Announce(string url)
    {
        _holder = _holder with { Url = url };
        Write();
    }

    public void Dispose() => _lock.Dispose();

    private void Write() => AtomicFile.Write(Path.Combine(_folder, HolderFile), Vocabulary.Write(_holder));

    private static string Describe(string folder)
    {
        try
        {
            var holder = Vocabulary.Read<Holder>(File.ReadAllText(Path.Combine(folder, HolderFile)));
            var at = holder.Url.Length > 0 ? $" at {holder.Url}" : "";
            return $"process {holder.Pid}{at} since {holder.Since:u}: stop it first, or use another folder";
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return "another process, which has not said its name yet";
        }
    }
}
