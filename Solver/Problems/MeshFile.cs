using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>Grids from their description: <c>{ "axes": [ … ] }</c> in a file of <c>meshes/</c> or inline in a run.</summary>
public static class MeshFile
{
    /// <summary>The description in a mesh file.</summary>
    /// <exception cref="InputException">Everything that is wrong with the file.</exception>
    public static MeshConfig Read(ConfigDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        document.Require(InputKind.Mesh);
        InputReport report = document.Report();
        MeshConfig? mesh = new ConfigBinder(report).Read<MeshConfig>(document.Root);
        if (mesh is not null)
            MeshRules.Check(mesh, "", report);
        report.ThrowIfAny();
        return mesh!;
    }

    /// <summary>The grid of a description.</summary>
    /// <exception cref="ArgumentException">The faces are not finite or not increasing.</exception>
    public static Grid Build(MeshConfig mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        return new Grid([.. mesh.Axes.Select(Build)]);
    }

    /// <summary>The axis of a description.</summary>
    /// <exception cref="ArgumentException">The faces are not finite or not increasing.</exception>
    public static Axis Build(AxisConfig axis)
    {
        ArgumentNullException.ThrowIfNull(axis);
        if (axis.Faces is { } faces)
            return Axis.Graded([.. faces], axis.Boundary);
        if (axis.Grading is DataGrading)
            throw new ArgumentException("a grading of kind data requires the data of a run", nameof(axis));
        if (axis is not { From: { } from, To: { } to, Cells: { } wanted })
            throw new ArgumentException("an axis requires from, to and cells, or faces", nameof(axis));
        int cells = wanted < Array.MaxLength ? (int)wanted
            : throw new ArgumentException($"an axis of {wanted} cells has more faces than an array holds", nameof(axis));
        return axis.Grading switch
        {
            null => Axis.Uniform(from, to, cells, axis.Boundary),
            SinhGrading sinh => Gradings.Sinh(from, to, cells, sinh.Centre, sinh.Strength, axis.Boundary),
            GeometricGrading geometric => Gradings.Geometric(from, to, cells, geometric.Ratio, axis.Boundary),
            _ => throw new ArgumentException($"no grading {axis.Grading.GetType().Name}", nameof(axis)),
        };
    }
}
