using System.Collections.Immutable;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Manifests.Yaml;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>Kind Service.</summary>
internal static class ServiceReader
{
    private const int MaxDependencies = 100;
    private const int MaxArguments = 200;
    private const int MaxArgumentLength = 4096;
    private const int MaxEnvironments = 100;
    private const int MaxTelemetry = 100;

    public static ServiceSpec Read(Fields fields)
    {
        BudgetFields own;
        var apart = new List<BudgetFields>();
        var spec = new ServiceSpec(
            fields.Take("owner")?.Name("the name of a team"),
            fields.Take("runbook")?.Address(),
            fields.Take("artifact")?.Text("where the versions live, such as registry.example.com/shop/checkout"),
            DependsOn(fields.Take("dependsOn")),
            Workload(fields.Take("workload")),
            SlotReaders.Readiness(fields.Take("readiness")),
            StrategyReader.Choice(fields.Take("strategy")),
            SlotReaders.Rollback(fields.Take("rollback")),
            SlotReaders.RequestTimeout(fields.Take("requestTimeout")),
            Environments(fields.Take("environments"), apart),
            SloReader.Slos((own = BudgetFields.Take(fields)).Slos),
            SloReader.DegradationBudget(own.Budget),
            MinimumTelemetry(fields.Take("minimumTelemetry")));
        own.Check(apart);
        fields.End();
        return spec;
    }

    private static ImmutableArray<string>? MinimumTelemetry(Field? field)
    {
        if (field?.Items($"a list of metrics, such as [{SloReader.MetricShape}]") is not { } items) return null;
        if (items.Count > MaxTelemetry)
            field.ReportKey(ProblemCode.BadReference, $"more than {MaxTelemetry} metrics", "fewer");
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var item in items)
        {
            if (SloReader.Metric(item) is not { } name) continue;
            if (names.Contains(name))
                item.Report(ProblemCode.DuplicateName, $"{name} stands here twice", "each metric once");
            names.Add(name);
        }

        return names.ToImmutable();
    }

    private static ImmutableArray<Dependency>? DependsOn(Field? field)
    {
        if (field?.Items("a list of services, such as [catalog]") is not { } items) return null;
        if (items.Count > MaxDependencies)
            field.ReportKey(ProblemCode.BadReference, $"more than {MaxDependencies} services", "fewer");
        var services = ImmutableArray.CreateBuilder<Dependency>();
        foreach (var item in items)
        {
            if (Dependency(item) is not { } dependency) continue;
            if (services.Any(d => d.Service == dependency.Service))
                item.Report(ProblemCode.DuplicateName, $"{dependency.Service} stands here twice", "each service once");
            services.Add(dependency);
        }

        if (services.Count(dependency => dependency.AtLeast is not null) > Requirement.Most)
            field.ReportKey(ProblemCode.BadReference, $"more than {Requirement.Most} services with atLeast", "fewer");
        return services.ToImmutable();
    }

    private static Dependency? Dependency(Field field)
    {
        const string shape = "the name of a service, or {service: cart, atLeast: 1.9.0}";
        if (field.IsScalar)
            return field.Name<ServiceName>("the name of a service") is { } name ? new Dependency(name) : null;
        if (field.Object(shape) is not { } fields) return null;
        var service = fields.Need("service", "service: NAME")?.Name<ServiceName>("the name of a service");
        var dependency = new Dependency(service ?? default, Comparable.Read(fields.Take("atLeast")));
        fields.End();
        return service is null ? null : dependency;
    }

    private static WorkloadSpec? Workload(Field? field)
    {
        if (field?.Object("process: {command: [dotnet, App.dll]}") is not { } fields) return null;
        var workload = new WorkloadSpec(Process(fields.Take("process")));
        fields.NotYet("kubernetes").End();
        return workload;
    }

    private static ProcessWorkload? Process(Field? field)
    {
        const string shape = "command: [dotnet, App.dll, --urls, \"http://127.0.0.1:{{port}}\"]";
        if (field?.Object($"{{{shape}}}") is not { } fields) return null;
        var command = fields.Need("command", shape);
        fields.End();
        if (command?.Items(shape) is not { } items) return null;
        if (items.Count is 0 or > MaxArguments)
            command.Report(ProblemCode.MissingField, $"a command has 1 to {MaxArguments} parts", shape);
        return new ProcessWorkload([.. items.Select((item, i) => Argument(item, isProgram: i == 0) ?? "")]);
    }

    private static string? Argument(Field field, bool isProgram)
    {
        const string shape = "text: the program, then each of its arguments";
        var text = field.Node is YamlNode.Scalar { Plain: false, Text: "" } && !isProgram ? "" : field.Scalar(shape);
        if (text is null) return null;
        if ((isProgram && text.Length == 0) || text.Length > MaxArgumentLength
            || text.Contains('\0', StringComparison.Ordinal))
        {
            field.Report(ProblemCode.BadText, $"this is empty or longer than {MaxArgumentLength} characters", shape);
            return null;
        }

        return Placeholders.Check(field, text, ProcessWords.Placeholders) ? text : null;
    }

    private static ImmutableSortedDictionary<string, ServiceOverrides>? Environments(
        Field? field, List<BudgetFields> budgets)
    {
        const string shape = "environment names with what differs, such as {staging: {strategy: all-at-once}}";
        if (field?.Entries(shape) is not { } entries) return null;
        if (entries.Count > MaxEnvironments)
            field.ReportKey(ProblemCode.BadReference, $"more than {MaxEnvironments} environments", "fewer");
        var environments = ImmutableSortedDictionary.CreateBuilder<string, ServiceOverrides>(StringComparer.Ordinal);
        foreach (var (name, value) in entries)
        {
            if (!Label.IsValid(name))
            {
                value.ReportKey(ProblemCode.BadName, $"{Shown.Of(name)} is not the name of an environment",
                    Label.Shape);
            }

            if (value.Object(shape) is not { } fields) continue;
            var own = BudgetFields.Take(fields);
            budgets.Add(own);
            environments[name] = new ServiceOverrides(
                Workload(fields.Take("workload")),
                SlotReaders.Readiness(fields.Take("readiness")),
                StrategyReader.Choice(fields.Take("strategy")),
                SlotReaders.Rollback(fields.Take("rollback")),
                SlotReaders.RequestTimeout(fields.Take("requestTimeout")),
                SloReader.Slos(own.Slos),
                SloReader.DegradationBudget(own.Budget),
                MinimumTelemetry(fields.Take("minimumTelemetry")));
            fields.End();
        }

        return environments.ToImmutable();
    }
}
