using System.Globalization;

namespace OrleansRelease.Router.Durability;

/// <summary>One router per data folder: two would each accept what the other has refused.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _held;

    private FolderLock(FileStream held) => _held = held;

    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "lock");
        try
        {
            // The lock belongs to the open file: it goes with the process, however that ends.
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            held.SetLength(0);
            using (var writer = new StreamWriter(held, leaveOpen: true))
            {
                writer.Write(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            }

            return new FolderLock(held);
        }
        catch (IOException problem)
        {
            throw new IOException($"another router holds the folder {folder}", problem);
        }
    }

    public void Dispose() => _held.Dispose();
}
