using System.CommandLine;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>migrate</c>: brings a store up to date, and what is done once for a store beside.</summary>
internal static class MigrateVerb
{
    public static Command Build()
    {
        var store = new StoreArguments();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only list what would be applied." };
        var command = new Command(
            "migrate",
            "Create the store or bring its schema up to date, also while servers run. The embedded store does this by "
            + "itself at each start.")
        {
            dryRun,
        };
        store.AddTo(command);
        command.SetAction((parsed, _) => Ending.OfAsync(() => parsed.GetValue(dryRun)
            ? Task.FromResult(List(store.StoreOf(parsed)))
            : ApplyAsync(store.StoreOf(parsed))));
        command.Subcommands.Add(BuildFinalize());
        command.Subcommands.Add(BuildRestored());
        return Examples.Show(
            command, "migrate --postgres env:OREL_POSTGRES --dry-run", "migrate --postgres env:OREL_POSTGRES",
            "migrate --data /var/lib/orel");
    }

    private static async Task<int> ApplyAsync(StorageOptions store)
    {
        var applied = await Store.MigrateAsync(store, TimeProvider.System, Console.Error.WriteLine);
        foreach (var script in applied) Console.WriteLine($"applied {script}");
        if (applied.Count == 0) Console.WriteLine("the store is up to date");
        return Ending.Good;
    }

    private static int List(StorageOptions store)
    {
        var missing = Store.Missing(store);
        foreach (var script in missing) Console.WriteLine($"would apply {script}");
        if (missing.Count == 0) Console.WriteLine("the store is up to date");
        return Ending.Good;
    }

    private static Command BuildFinalize()
    {
        var store = new StoreArguments();
        var command = new Command(
            "finalize",
            "End an upgrade: from now on rows are written in the newest format that this build knows, and older builds "
            + "are refused. Refused while a server of an older build is there, and on the embedded store while any "
            + "runs.");
        store.AddTo(command);
        command.SetAction((parsed, _) => Ending.OfAsync(() =>
        {
            var (from, to) = Store.FinalizeFormat(store.StoreOf(parsed), TimeProvider.System);
            Console.WriteLine(from == to
                ? $"the store is written in format {to} already"
                : $"finalized: format {to} is written instead of {from}, older builds are refused");
            return Task.FromResult(Ending.Good);
        }));
        return Examples.Show(command, "migrate finalize --postgres env:OREL_POSTGRES");
    }

    private static Command BuildRestored()
    {
        var store = new StoreArguments();
        var command = new Command(
            "restored",
            "Say that the store was restored from a backup in the place where it was: what is there is then looked at "
            + "before anything is done. A copy in another database or another file is known by itself. Refused while "
            + "servers are there.");
        store.AddTo(command);
        command.SetAction((parsed, _) => Ending.OfAsync(() =>
        {
            var epoch = Store.Restored(store.StoreOf(parsed), TimeProvider.System);
            Console.WriteLine($"the epoch is {epoch}: every slot is looked at before anything is done in it");
            return Task.FromResult(Ending.Good);
        }));
        return Examples.Show(
            command, "migrate restored --postgres env:OREL_POSTGRES", "migrate restored --data /var/lib/orel");
    }
}
