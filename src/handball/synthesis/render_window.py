"""Triangles to pictures off screen: VTK with the exact pinhole of `Camera`, colour and distance of every sample."""

from __future__ import annotations

from typing import Any, NamedTuple

import attrs
import numpy as np
from jaxtyping import Float, UInt8
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.court import LENGTH, WIDTH
from handball.errors import MissingExtraError
from handball.synthesis.hall import FLOOR_TILE, MARGIN, LightRig, Mesh

NEAR_M, FAR_M = 0.3, 80.0


@attrs.frozen(kw_only=True)
class Region:
    """A part of the picture: its top-left pixel and size."""

    left: int
    top: int
    width: int
    height: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of the picture."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


class Samples(NamedTuple):
    """What a window shows: RGB and the distance along the view in metres (infinite where there is nothing)."""

    colors: UInt8[np.ndarray, "rows columns 3"]
    depth: Float[np.ndarray, "rows columns"]


def import_vtk() -> Any:
    """Import the renderer. Raises `MissingExtraError` where it is not installed."""
    try:
        import vtk
    except ImportError as error:
        raise MissingExtraError(
            f"pictures of players need packages that are not installed ({error.name}); "
            "run: pip install 'handball[synth]'"
        ) from error
    return vtk


def _arrays() -> Any:
    """Return what turns arrays of NumPy into those of VTK and back."""
    from vtkmodules.util import numpy_support

    return numpy_support


def projection_matrix(camera: Camera, region: Region) -> NDArray[np.float64]:
    """Return the clip matrix (OpenGL) that shows a region of the picture of a camera without distortion.

    Pixel centres are whole numbers, so the picture begins half a pixel before the first.
    """
    (fx, fy), (cx, cy) = camera.focal, camera.principal
    across, down = 2.0 / region.width, 2.0 / region.height
    matrix = np.zeros((4, 4))
    matrix[0] = [across * fx, 0.0, 1.0 - across * (cx - region.left + 0.5), 0.0]
    matrix[1] = [0.0, down * fy, down * (cy - region.top + 0.5) - 1.0, 0.0]
    matrix[2, 2:] = [-(FAR_M + NEAR_M) / (FAR_M - NEAR_M), -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)]
    matrix[3, 2] = -1.0
    return matrix


class MovingMesh:
    """A mesh in a window whose vertices change from picture to picture."""

    def __init__(self, faces: NDArray[np.int64], colors: NDArray[np.uint8], *, smooth: bool = True) -> None:
        vtk = import_vtk()
        arrays = _arrays()
        self._convert = arrays.numpy_to_vtk
        self._data = vtk.vtkPolyData()
        self._points = vtk.vtkPoints()
        self._data.SetPoints(self._points)
        cells = vtk.vtkCellArray()
        self._offsets = arrays.numpy_to_vtkIdTypeArray(np.arange(0, 3 * len(faces) + 1, 3), deep=True)
        cells.SetData(self._offsets, arrays.numpy_to_vtkIdTypeArray(faces.ravel().astype(np.int64), deep=True))
        self._data.SetPolys(cells)
        self._data.GetCellData().SetScalars(self._convert(np.ascontiguousarray(colors), deep=True))
        mapper = vtk.vtkPolyDataMapper()
        mapper.SetInputData(self._data)
        self.actor = vtk.vtkActor()
        self.actor.SetMapper(mapper)
        material = self.actor.GetProperty()
        material.SetInterpolationToPhong() if smooth else material.SetInterpolationToFlat()
        material.SetSpecular(0.0)

    def move(self, vertices: NDArray[np.float32], normals: NDArray[np.float32] | None = None) -> None:
        """Put the vertices elsewhere, with new unit normals where the mesh is smooth."""
        self._points.SetData(self._convert(np.ascontiguousarray(vertices, np.float32), deep=True))
        if normals is not None:
            self._data.GetPointData().SetNormals(self._convert(np.ascontiguousarray(normals, np.float32), deep=True))
        self._data.Modified()


class Window:
    """An off-screen picture of fixed size with lamps."""

    def __init__(self, width: int, height: int, light: LightRig) -> None:
        vtk = import_vtk()
        vtk.vtkObject.GlobalWarningDisplayOff()
        self._vtk = vtk
        self._size = (width, height)
        self._renderer = vtk.vtkRenderer()
        self._renderer.SetBackground(0.0, 0.0, 0.0)
        self._renderer.SetAutomaticLightCreation(False)
        self._window = vtk.vtkRenderWindow()
        self._window.SetOffScreenRendering(True)
        self._window.SetMultiSamples(0)
        self._window.SetSize(width, height)
        self._window.AddRenderer(self._renderer)
        self._lamps(light)

    def _lamps(self, light: LightRig) -> None:
        self._ambient = light.ambient
        around = [(light.fill, (np.cos(angle), np.sin(angle), 0.3)) for angle in np.radians((100.0, 220.0, 340.0))]
        for strength, direction in [(light.key, light.direction), *around]:
            lamp = self._vtk.vtkLight()
            lamp.SetLightTypeToSceneLight()
            lamp.SetPositional(False)
            lamp.SetPosition(*direction)
            lamp.SetFocalPoint(0.0, 0.0, 0.0)
            lamp.SetColor(1.0, 1.0, 1.0)
            lamp.SetIntensity(strength)
            self._renderer.AddLight(lamp)

    def add(self, actor: Any) -> None:
        """Show a mesh."""
        actor.GetProperty().SetAmbient(self._ambient)
        self._renderer.AddActor(actor)

    def close(self) -> None:
        """Give back what the graphics hold."""
        self._window.Finalize()

    def grab(self, camera: Camera, region: Region) -> Samples:
        """Draw a region of the picture of a camera, without its distortion."""
        self._aim(camera, region)
        self._window.Render()
        width, height = self._size
        colors, depth = self._vtk.vtkUnsignedCharArray(), self._vtk.vtkFloatArray()
        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, colors)
        self._window.GetZbufferData(0, 0, width - 1, height - 1, depth)
        vtk_to_numpy = _arrays().vtk_to_numpy
        picture = vtk_to_numpy(colors).reshape(height, width, 4)[::-1, :, :3]
        return Samples(colors=picture, depth=_metres(vtk_to_numpy(depth).reshape(height, width)[::-1]))

    def _aim(self, camera: Camera, region: Region) -> None:
        view = self._renderer.GetActiveCamera()
        view.SetPosition(*camera.position)
        view.SetFocalPoint(*(camera.position + camera.rotation[2]))
        view.SetViewUp(*-camera.rotation[1])
        view.SetClippingRange(NEAR_M, FAR_M)
        matrix = self._vtk.vtkMatrix4x4()
        matrix.DeepCopy(projection_matrix(camera, region).ravel().tolist())
        view.SetUseExplicitProjectionTransformMatrix(True)
        view.SetExplicitProjectionTransformMatrix(matrix)


def _metres(buffer: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn the depth buffer, 0 to 1, into metres along the view."""
    clip = 2.0 * buffer - 1.0
    metres = 2.0 * FAR_M * NEAR_M / (FAR_M + NEAR_M - clip * (FAR_M - NEAR_M))
    return np.where(buffer < 1.0, metres, np.inf).astype(np.float32)


def still(mesh: Mesh) -> Any:
    """Return an actor of a mesh that never moves."""
    moving = MovingMesh(mesh.faces, mesh.colors, smooth=False)
    moving.move(mesh.vertices.astype(np.float32))
    return moving.actor


def floor_actor(picture: UInt8[np.ndarray, "rows columns 3"]) -> Any:
    """Return the floor of the hall, covered with repeats of a picture."""
    vtk = import_vtk()
    image = vtk.vtkImageData()
    image.SetDimensions(picture.shape[1], picture.shape[0], 1)
    image.GetPointData().SetScalars(_arrays().numpy_to_vtk(np.ascontiguousarray(picture).reshape(-1, 3), deep=True))
    texture = vtk.vtkTexture()
    texture.SetInputData(image)
    texture.RepeatOn()
    texture.InterpolateOn()
    texture.MipmapOn()
    plane = vtk.vtkPlaneSource()
    plane.SetOrigin(-MARGIN, -MARGIN, 0.0)
    plane.SetPoint1(LENGTH + MARGIN, -MARGIN, 0.0)
    plane.SetPoint2(-MARGIN, WIDTH + MARGIN, 0.0)
    plane.Update()
    scaled = vtk.vtkTransformTextureCoords()
    scaled.SetInputConnection(plane.GetOutputPort())
    scaled.SetScale((LENGTH + 2 * MARGIN) / FLOOR_TILE, (WIDTH + 2 * MARGIN) / FLOOR_TILE, 1.0)
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputConnection(scaled.GetOutputPort())
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    actor.SetTexture(texture)
    actor.GetProperty().SetSpecular(0.0)
    return actor
