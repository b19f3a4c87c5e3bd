using System.Diagnostics;

namespace OrleansRelease.Files.Tests;

public sealed class WhenAFolderIsHeld : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nobody_else_gets_it_until_it_is_let_go()
    {
        using (var first = FolderLock.TryTake(_folder["new"]))
        {
            Assert.NotNull(first);
            Assert.Null(FolderLock.TryTake(_folder["new"]));
        }

        using var second = FolderLock.TryTake(_folder["new"]);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_process_that_the_holder_has_started_does_not_hold_it()
    {
        if (OperatingSystem.IsWindows()) return;
        var first = FolderLock.TryTake(_folder.Path);
        using var child = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "read -r word"]) { RedirectStandardInput = true })!;
        first!.Dispose();

        using var second = FolderLock.TryTake(_folder.Path);

        Assert.NotNull(second);
        child.StandardInput.Close();
        child.WaitForExit();
    }

    [Fact]
    public void A_folder_that_cannot_be_had_at_all_is_not_taken_for_one_that_is_held()
    {
        File.WriteAllText(_folder["file"], "");

        Assert.ThrowsAny<IOException>(() => FolderLock.TryTake(_folder["file"]));
    }
}
