using System.CommandLine;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>migrate</c>: brings the schema of a store up to date.</summary>
internal static class MigrateVerb
{
    public static Command Build()
    {
        var store = new StoreArguments();
        var command = new Command(
            "migrate",
            "Create the store or bring its schema up to date. The embedded store does this by itself at each start.");
        store.AddTo(command);
        command.SetAction((parsed, _) => Ending.OfAsync(async () =>
        {
            var applied = await Store.MigrateAsync(store.StoreOf(parsed), TimeProvider.System);
            foreach (var script in applied) Console.WriteLine($"applied {script}");
            if (applied.Count == 0) Console.WriteLine("the store is up to date");
            return Ending.Good;
        }));
        return Examples.Show(command, "migrate --data /var/lib/orel", "migrate --postgres env:OREL_POSTGRES");
    }
}
