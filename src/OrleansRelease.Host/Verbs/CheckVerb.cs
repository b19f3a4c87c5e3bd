using System.CommandLine;
using OrleansRelease.Storage;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>check</c>: verifies the history in a store.</summary>
internal static class CheckVerb
{
    public static Command Build()
    {
        var store = new StoreArguments();
        var command = new Command(
            "check",
            "Verify that no decision on record was lost, changed or put in. A server may be running on the store. Ends "
            + "with 1 when something does not hold.");
        store.AddTo(command);
        command.SetAction((parsed, cancellation) => Ending.OfAsync(async () =>
        {
            var report = await Store.CheckAsync(store.StoreOf(parsed), cancellation);
            foreach (var problem in report.Problems)
                Console.WriteLine($"{problem.Kind} {problem.Key} #{problem.Sequence}: {problem.Problem}");
            Console.WriteLine(
                $"{report.Transitions} transitions of {report.Rows} rows checked, {report.ProblemCount} problems");
            return report.IsClean ? Ending.Good : Ending.Bad;
        }));
        return Examples.Show(command, "check --data /var/lib/orel", "check --postgres env:OREL_POSTGRES");
    }
}
