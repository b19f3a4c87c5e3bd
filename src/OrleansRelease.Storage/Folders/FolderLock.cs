using System.Text.Json;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Storage.Folders;

/// <summary>
/// The exclusive hold of one process on the folder of an embedded store. The operating system's lock, so it ends with
/// the process however that ends; who holds it stands in a file beside it.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockFile = "lock";
    private const string HolderFile = "lock.json";

    private readonly string _folder;
    private readonly FileStream _stream;
    private Holder _holder;

    private FolderLock(string folder, FileStream stream, Holder holder)
    {
        _folder = folder;
        _stream = stream;
        _holder = holder;
        Write();
    }

    private sealed record Holder(int Pid, string Url, DateTimeOffset Since);

    /// <summary>Takes the folder, or says who has it in a <see cref="StoreUnavailableException"/>.</summary>
    public static FolderLock Take(string folder, string url, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Directory.CreateDirectory(folder);
        FileStream stream;
        try
        {
            stream = new FileStream(
                Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new StoreUnavailableException($"{folder} is in use by {Describe(folder)}", error);
        }

        return new FolderLock(folder, stream, new Holder(Environment.ProcessId, url, time.GetUtcNow()));
    }

    /// <summary>The address became known after the start.</summary>
    public void Announce(string url)
    {
        _holder = _holder with { Url = url };
        Write();
    }

    public void Dispose() => _stream.Dispose();

    // Renamed into place: a second start must not read half of it.
    private void Write()
    {
        var path = Path.Combine(_folder, HolderFile);
        File.WriteAllText(path + ".new", Vocabulary.Write(_holder));
        File.Move(path + ".new", path, overwrite: true);
    }

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
