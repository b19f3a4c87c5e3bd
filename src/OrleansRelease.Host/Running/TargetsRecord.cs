using OrleansRelease.Files;
using OrleansRelease.Host.Verbs;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Running;

/// <summary>
/// The folder in which it stands which services run on this machine. All servers of a store act on the same one: what
/// another one started would else be taken for not there, and taking it down for done.
/// </summary>
internal static class TargetsRecord
{
    private const string Agreement = "targets";

    private const string FileName = "id";

    public static void Check(IServiceProvider services, RunOptions options)
    {
        if (options.Role == Role.Gateway) return;
        var folder = Path.Combine(options.TargetsFolder ?? options.DataFolder, "targets");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, FileName);
        AtomicFile.CreateOwnerOnly(file, $"{Guid.NewGuid():N}");
        if (Store.Agree(services, Agreement, File.ReadAllText(file)) == File.ReadAllText(file)) return;
        throw new Ending.Refused(
            $"what runs by this store is on record in another folder than {folder}: give the other servers' folder as "
            + "--targets. If that folder is lost, so is all knowledge of what it started: end that by hand, then "
            + $"DELETE FROM agreed WHERE name = '{Agreement}'");
    }
}
